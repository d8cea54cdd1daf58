#![no_std]
kernel_modules::export!(crc32);
