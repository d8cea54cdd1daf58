#![no_std]
kernel_modules::export!(int_loop);
