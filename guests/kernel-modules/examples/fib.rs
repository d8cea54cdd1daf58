#![no_std]
kernel_modules::export!(fib);
