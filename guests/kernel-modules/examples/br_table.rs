#![no_std]
kernel_modules::export!(br_table);
