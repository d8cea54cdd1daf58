#![no_std]
kernel_modules::export!(mandelbrot);
