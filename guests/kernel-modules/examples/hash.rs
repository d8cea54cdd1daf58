#![no_std]
kernel_modules::export!(hash);
