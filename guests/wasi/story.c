// Prints a line of a story, picked at random: it needs a directory it may read, and random bytes.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char line[4096];

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "/stories/wheel.txt";
    FILE *story = fopen(path, "r");
    if (!story) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    unsigned lines = 0;
    while (fgets(line, sizeof line, story))
        lines++;
    if (!lines) {
        fprintf(stderr, "%s: nothing to tell\n", path);
        return 1;
    }
    unsigned number;
    if (getentropy(&number, sizeof number)) {
        fprintf(stderr, "no random bytes: %s\n", strerror(errno));
        return 1;
    }
    rewind(story);
    for (unsigned at = 0; at <= number % lines; at++)
        fgets(line, sizeof line, story);
    printf("%u: %s", number % lines + 1, line);
    return 0;
}
