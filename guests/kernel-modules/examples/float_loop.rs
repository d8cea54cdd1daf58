#![no_std]
kernel_modules::export!(float_loop);
