/* Counts how often a program asks for memory: loaded before the C library by LD_PRELOAD.
 *
 * UDPQQ_ALLOCATIONS names a file of eight bytes that always has the count.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);

static uint64_t nowhere;
static uint64_t *count = &nowhere;

static void note(void) { __atomic_fetch_add(count, 1, __ATOMIC_RELAXED); }

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("UDPQQ_ALLOCATIONS");
    int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *shared = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED)
        count = shared;
}

void *malloc(size_t size) { return note(), __libc_malloc(size); }
void *calloc(size_t number, size_t size) { return note(), __libc_calloc(number, size); }
void *realloc(void *old, size_t size) { return note(), __libc_realloc(old, size); }
int posix_memalign(void **at, size_t alignment, size_t size) {
    note();
    *at = __libc_memalign(alignment, size);
    return *at ? 0 : 12;
}
