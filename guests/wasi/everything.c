// A program that asks WASI for a little of everything and prints what it gets, the same with every runtime.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// Prints what a call gave, and why it failed.
#define SHOW(call)                                                     \
    do {                                                               \
        errno = 0;                                                     \
        long result = (long)(call);                                    \
        printf("%s = %ld %s\n", #call, result, errno ? strerror(errno) : ""); \
    } while (0)

static int by_name(const struct dirent **one, const struct dirent **two) {
    return strcmp((*one)->d_name, (*two)->d_name);
}

static void list(const char *path) {
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, by_name);
    printf("%s: %d entries\n", path, count);
    for (int at = 0; at < count; at++)
        printf("  %s %d\n", entries[at]->d_name, entries[at]->d_type);
}

static void show(const char *path) {
    struct stat found;
    errno = 0;
    int result = lstat(path, &found);
    if (result)
        printf("lstat %s: %s\n", path, strerror(errno));
    else
        printf("lstat %s: mode %o size %lld links %d\n", path, (unsigned)(found.st_mode & S_IFMT), (long long)found.st_size,
               (int)found.st_nlink);
}

static char buffer[100000];

int main(int argc, char **argv) {
    for (int at = 1; at < argc; at++)
        printf("argument %s\n", argv[at]);
    printf("NAME=%s MISSING=%s\n", getenv("NAME"), getenv("MISSING"));
    char line[64];
    while (fgets(line, sizeof line, stdin))
        printf("read %s", line);

    SHOW(mkdir("/data/dir", 0777));
    SHOW(mkdir("/data/dir", 0777));
    SHOW(mkdir("/data/dir/deep", 0777));
    SHOW(mkdir("/elsewhere", 0777));
    FILE *file = fopen("/data/dir/file", "w+");
    if (!file)
        return 1;
    for (int number = 0; number < 5000; number++)
        fprintf(file, "line %d\n", number);
    SHOW(fseek(file, -10, SEEK_END));
    SHOW(fread(buffer, 1, sizeof buffer, file));
    printf("%.10s", buffer);
    SHOW(ftell(file));
    SHOW(fseek(file, -1, SEEK_SET));
    SHOW(fclose(file));
    SHOW(open("/data/dir/file", O_RDONLY | O_CREAT | O_EXCL));
    SHOW(open("/data/dir/file", O_RDONLY | O_DIRECTORY));
    SHOW(open("/data/dir", O_WRONLY));
    SHOW(open("/data/missing", O_RDONLY));
    SHOW(open("/data/../etc/passwd", O_RDONLY));
    SHOW(open("/etc/passwd", O_RDONLY));

    int appended = open("/data/log", O_WRONLY | O_CREAT | O_APPEND, 0666);
    SHOW(write(appended, "one ", 4));
    SHOW(lseek(appended, 0, SEEK_SET));
    SHOW(write(appended, "two", 3));
    SHOW(read(appended, buffer, 1));
    SHOW(close(appended));
    SHOW(close(appended));
    int log = open("/data/log", O_RDWR);
    SHOW(read(log, buffer, sizeof buffer));
    printf("%.7s\n", buffer);
    SHOW(ftruncate(log, 3));
    SHOW(pread(log, buffer, sizeof buffer, 1));
    SHOW(pwrite(log, "XY", 2, 8));
    SHOW(lseek(log, 0, SEEK_END));
    SHOW(fsync(log));
    struct timespec times[2] = {{1000000000, 5}, {1500000000, 7}};
    SHOW(futimens(log, times));
    struct stat found;
    SHOW(fstat(log, &found));
    printf("times %lld.%ld %lld.%ld\n", (long long)found.st_atim.tv_sec, found.st_atim.tv_nsec,
           (long long)found.st_mtim.tv_sec, found.st_mtim.tv_nsec);

    SHOW(symlink("dir/file", "/data/link"));
    SHOW(symlink("missing", "/data/dangling"));
    SHOW(symlink("../..", "/data/out"));
    SHOW(readlink("/data/link", buffer, sizeof buffer));
    SHOW(open("/data/dangling", O_RDONLY));
    SHOW(open("/data/out/etc/passwd", O_RDONLY));
    SHOW(open("/data/link", O_RDONLY | O_NOFOLLOW));
    SHOW(link("/data/log", "/data/hard"));
    SHOW(link("/data/log", "/data/hard"));
    SHOW(rename("/data/hard", "/data/dir/deep/hard"));
    SHOW(rename("/data/dir", "/data/dir/deep/x"));
    SHOW(rename("/data/dir/deep", "/data/log"));
    show("/data/log");
    show("/data/link");
    show("/data/dir/file");
    show("/data/nothing");
    list("/data");
    list("/data/dir");
    SHOW(rmdir("/data/dir"));
    SHOW(unlink("/data/dir"));
    SHOW(rmdir("/data/log"));
    SHOW(unlink("/data/dir/deep/hard"));
    SHOW(rmdir("/data/dir/deep"));
    SHOW(access("/data/dir/deep", F_OK));
    SHOW(truncate("/data/dir/file", 10));
    show("/data/dir/file");

    struct pollfd polled[2] = {{log, POLLIN | POLLOUT, 0}, {99, POLLIN, 0}};
    SHOW(poll(polled, 1, 1000));
    struct timespec pause = {0, 2000000}, before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    SHOW(nanosleep(&pause, NULL));
    clock_gettime(CLOCK_MONOTONIC, &after);
    long long passed = (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec;
    printf("slept long enough: %d\n", passed >= 2000000);
    printf("it is after 2020: %d\n", time(NULL) > 1577836800);
    SHOW(getentropy(buffer, 16));
    SHOW(isatty(0) + isatty(1));
    SHOW(write(0, "x", 1));
    SHOW(read(99, buffer, 1));
    fprintf(stderr, "an error\n");
    return 42;
}
