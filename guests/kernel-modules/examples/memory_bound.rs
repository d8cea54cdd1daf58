#![no_std]
kernel_modules::export!(memory_bound);
