/* A disk that fails when it is told to: loaded before the C library by LD_PRELOAD.
 *
 * Only files whose names begin with "history.db" or "rooms.db" are touched: what is kept, its -wal, its -shm. What fails is read
 * anew before each call from the file that UDPQQ_FAULTS names, one fault a line: CALL ERROR PERCENT, such as
 * "write EIO 30". Without that file the disk is well.
 *
 * CALL: open (to write), reopen (of those the ones that create nothing), write, sync, truncate. ERROR: EIO, ENOSPC, EROFS, EACCES, EDQUOT; of a write also "short" (half of it,
 * as a good disk may), "torn" (half of it, then EIO) and "full" (half of it, then ENOSPC); of a write or sync also
 * "slow50", which only takes so many milliseconds longer. Each fault adds one byte to the file that UDPQQ_FAULTS
 * names with ".hits" behind it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static _Atomic uint64_t chance;

static uint64_t next_number(void) {
    uint64_t z = atomic_fetch_add(&chance, 0x9e3779b97f4a7c15ULL) + 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

__attribute__((constructor)) static void begin(void) {
    const char *seed = getenv("UDPQQ_FAULT_SEED");
    atomic_store(&chance, seed ? strtoull(seed, NULL, 10) : 1);
}

static int is_history(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return strncmp(name, "history.db", 10) == 0 || strncmp(name, "rooms.db", 8) == 0;
}

static int is_history_fd(int fd) {
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_history(path);
}

static void count(const char *control) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s.hits", control);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    syscall(SYS_write, fd, "x", 1);
    syscall(SYS_close, fd);
}

/* Whether `call` is to fail now, and how. */
static int fails(const char *call, char error[16]) {
    const char *control = getenv("UDPQQ_FAULTS");
    if (!control) return 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    char text[1024];
    ssize_t length = syscall(SYS_read, fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    if (length <= 0) return 0;
    text[length] = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char named[16];
        unsigned percent;
        if (sscanf(line, "%15s %15s %u", named, error, &percent) != 3 || strcmp(named, call)) continue;
        if (next_number() % 100 < percent) {
            count(control);
            return 1;
        }
    }
    return 0;
}

static int number_of(const char *error) {
    if (!strcmp(error, "ENOSPC")) return ENOSPC;
    if (!strcmp(error, "EROFS")) return EROFS;
    if (!strcmp(error, "EACCES")) return EACCES;
    if (!strcmp(error, "EDQUOT")) return EDQUOT;
    return EIO;
}

static int is_only_slow(const char *error) {
    unsigned milliseconds;
    if (sscanf(error, "slow%u", &milliseconds) != 1) return 0;
    struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    nanosleep(&pause, NULL);
    return 1;
}

/* Keeps errno as it was for a call that goes on. */
static int fails_for(int fd, const char *call, char error[16]) {
    int before = errno;
    int failing = is_history_fd(fd) && fails(call, error) && !is_only_slow(error);
    errno = before;
    return failing;
}

static int fails_open(const char *path, int flags) {
    char error[16];
    int before = errno;
    int writes = is_history(path) && flags & (O_WRONLY | O_RDWR | O_CREAT);
    if (writes && (fails("open", error) || (!(flags & O_CREAT) && fails("reopen", error)))) {
        errno = number_of(error);
        return 1;
    }
    errno = before;
    return 0;
}

static mode_t mode_of(int flags, va_list list) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; }

int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    return fails_open(path, flags) ? -1 : NEXT(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    return fails_open(path, flags) ? -1 : NEXT(open64)(path, flags, mode);
}

/* What a failing write of `length` bytes has to do: how many of them, and what it says afterwards (0: that many). */
static size_t part(const char *error, size_t length, int *after) {
    *after = !strcmp(error, "short") ? 0 : !strcmp(error, "full") ? ENOSPC : number_of(error);
    int some = !strcmp(error, "short") || !strcmp(error, "full") || !strcmp(error, "torn");
    return some ? length / 2 : 0;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    char error[16];
    int after;
    if (!fails_for(fd, "write", error)) return NEXT(write)(fd, bytes, length);
    size_t some = part(error, length, &after);
    if (!after && !some) some = length;
    ssize_t done = some ? NEXT(write)(fd, bytes, some) : 0;
    if (!after) return done;
    errno = after;
    return -1;
}

static ssize_t write_at(ssize_t (*next)(int, const void *, size_t, off_t), int fd, const void *bytes, size_t length,
                        off_t at) {
    char error[16];
    int after;
    if (!fails_for(fd, "write", error)) return next(fd, bytes, length, at);
    size_t some = part(error, length, &after);
    if (!after && !some) some = length;
    ssize_t done = some ? next(fd, bytes, some, at) : 0;
    if (!after) return done;
    errno = after;
    return -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    return write_at(NEXT(pwrite), fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    return write_at((ssize_t(*)(int, const void *, size_t, off_t))NEXT(pwrite64), fd, bytes, length, at);
}

static int sync_fails(int fd) {
    char error[16];
    if (!fails_for(fd, "sync", error)) return 0;
    errno = number_of(error);
    return 1;
}

int fsync(int fd) { return sync_fails(fd) ? -1 : NEXT(fsync)(fd); }

int fdatasync(int fd) { return sync_fails(fd) ? -1 : NEXT(fdatasync)(fd); }

static int truncate_fails(int fd) {
    char error[16];
    if (!fails_for(fd, "truncate", error)) return 0;
    errno = number_of(error);
    return 1;
}

int ftruncate(int fd, off_t length) { return truncate_fails(fd) ? -1 : NEXT(ftruncate)(fd, length); }

int ftruncate64(int fd, off64_t length) { return truncate_fails(fd) ? -1 : NEXT(ftruncate64)(fd, length); }

int fallocate(int fd, int mode, off_t from, off_t length) {
    return truncate_fails(fd) ? -1 : NEXT(fallocate)(fd, mode, from, length);
}

/* Gives the error back, and leaves errno alone. */
int posix_fallocate(int fd, off_t from, off_t length) {
    int before = errno;
    if (!truncate_fails(fd)) return NEXT(posix_fallocate)(fd, from, length);
    int error = errno;
    errno = before;
    return error;
}
