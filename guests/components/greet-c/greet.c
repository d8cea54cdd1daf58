// Says hello to somebody: the world `falkirk:greet/greeter` (../greet/wit) in C, with no library at all.
//
// Names and core types of the exports are those that the canonical ABI gives to
//     export greet: func(name: string) -> string
// A string is its address and its length in bytes. As a result these two stand in memory, and `greet` returns where.

#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define PAGE ((size_t)65536)

typedef struct {
    const char *bytes;
    size_t length;
} string;

// What is allocated during a call stands between `__heap_base` and `next`, and goes all at once when the call is over.
extern char __heap_base;
static char *next = &__heap_base;

static void *allocate(size_t size, size_t align) {
    uintptr_t at = ((uintptr_t)next + align - 1) & -align;
    size_t room = __builtin_wasm_memory_size(0) * PAGE;
    if (at > room || size > room - at) {
        size_t pages = (size + align) / PAGE + 1;
        if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
    }
    next = (char *)at + size;
    return (void *)at;
}

// Where the host asks for memory: for the name, before it calls `greet`. Growing is allocating again.
EXPORT("cabi_realloc")
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t new_size) {
    void *new = allocate(new_size, align);
    __builtin_memcpy(new, old, old_size < new_size ? old_size : new_size);
    return new;
}

EXPORT("greet")
const string *greet(const char *name, size_t length) {
    static const char HELLO[] = {'H', 'e', 'l', 'l', 'o', ',', ' '};
    static string greeting;
    char *bytes = allocate(sizeof HELLO + length, 1);
    __builtin_memcpy(bytes, HELLO, sizeof HELLO);
    __builtin_memcpy(bytes + sizeof HELLO, name, length);
    greeting = (string){bytes, sizeof HELLO + length};
    return &greeting;
}

// Called once the host has taken the greeting.
EXPORT("cabi_post_greet")
void cabi_post_greet(const string *greeting) {
    (void)greeting;
    next = &__heap_base;
}
