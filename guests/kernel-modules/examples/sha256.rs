#![no_std]
kernel_modules::export!(sha256);
