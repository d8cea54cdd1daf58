#![no_std]
kernel_modules::export!(indirect);
