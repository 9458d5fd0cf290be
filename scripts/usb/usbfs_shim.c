// LD_PRELOAD library: nodes below /dev/bus/usb that are backed by a USB/IP server on this computer, so
// that a program's own USB stack (Chromium's, libusb) talks to a simulated device without a kernel's.
//
// USBSHIM=/dev/bus/usb/001/002=1-1   which node is which bus id; several with commas
// USBSHIM_PORT=3240                  the server's port on 127.0.0.1
// USBSHIM_BUSY_IF=0                  claiming this interface fails, as if a kernel driver had it
// USBSHIM_DEBUG=1                    says on standard error what it does
//
// A node's file descriptor is an eventfd: full while there is nothing to reap, so that poll for POLLOUT
// works as on usbfs. Load it before libumockdev-preload.so.0, which fakes the /sys side.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_FD = 4096, CMD_SUBMIT = 1, CMD_UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4 };
// The number of an unlink command is that of its victim with this bit turned.
#define UNLINK_BIT 0x80000000u

struct transfer {
  struct transfer *next;
  struct usbdevfs_urb *urb; // NULL: the shim's own control transfer, which waits for it
  unsigned char *buffer;
  uint32_t seq;
  int room, in, done, status, length;
};

struct device {
  int dead, fd, socket;
  pid_t owner;
  uint32_t seq;
  pthread_t reader;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  struct transfer *live, *done_first, *done_last;
};

// Without a lock: a child that closes what it does not need between fork and exec would wait for it forever.
static _Atomic(struct device *) devices[MAX_FD];
static int (*real_open)(const char *, int, ...), (*real_open64)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...), (*real_openat64)(int, const char *, int, ...);
static int (*real_ioctl)(int, unsigned long, ...), (*real_close)(int);
static int debug;

#define SAY(...)                                                                                         \
  do {                                                                                                   \
    if (debug) fprintf(stderr, "[usbshim] " __VA_ARGS__);                                                \
  } while (0)

__attribute__((constructor)) static void load(void) {
  real_open = dlsym(RTLD_NEXT, "open");
  real_open64 = dlsym(RTLD_NEXT, "open64");
  real_openat = dlsym(RTLD_NEXT, "openat");
  real_openat64 = dlsym(RTLD_NEXT, "openat64");
  real_ioctl = dlsym(RTLD_NEXT, "ioctl");
  real_close = dlsym(RTLD_NEXT, "close");
  debug = getenv("USBSHIM_DEBUG") != NULL;
}

static int read_all(int from, void *into, size_t count) {
  for (char *at = into; count > 0;) {
    ssize_t got = recv(from, at, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    at += got;
    count -= (size_t)got;
  }
  return 0;
}

static int write_all(int to, const void *bytes, size_t count) {
  for (const char *at = bytes; count > 0;) {
    ssize_t put = send(to, at, count, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return -1;
    at += put;
    count -= (size_t)put;
  }
  return 0;
}

// Whether `path` is one of our nodes; `bus` gets its bus id.
static int is_ours(const char *path, char bus[32]) {
  const char *map = getenv("USBSHIM");
  if (!path || !map || strncmp(path, "/dev/bus/usb/", 13) != 0) return 0;
  size_t length = strlen(path);
  for (const char *at = map; at && *at;) {
    if (strncmp(at, path, length) == 0 && at[length] == '=') {
      size_t n = strcspn(at + length + 1, ",");
      if (n > 31) n = 31;
      memcpy(bus, at + length + 1, n);
      bus[n] = 0;
      return 1;
    }
    at = strchr(at, ',');
    if (at) at++;
  }
  return 0;
}

// An eventfd whose counter is full is not writable; drained, it is.
static void nothing_to_reap(struct device *d) {
  uint64_t full = UINT64_MAX - 1;
  if (write(d->fd, &full, 8) < 0) SAY("eventfd was full\n");
}
static void something_to_reap(struct device *d) {
  uint64_t count;
  if (read(d->fd, &count, 8) < 0) SAY("eventfd was empty\n");
}

// With the lock held, like everything below that touches lists.
static void complete(struct device *d, struct transfer *t, int status, int length) {
  t->status = status;
  t->length = length;
  t->done = 1;
  t->next = NULL;
  if (t->urb) {
    int first = d->done_first == NULL;
    if (first) d->done_first = t;
    else d->done_last->next = t;
    d->done_last = t;
    if (first) something_to_reap(d);
  }
  pthread_cond_broadcast(&d->changed);
}

static struct transfer *take_live(struct device *d, uint32_t seq) {
  for (struct transfer **at = &d->live; *at; at = &(*at)->next)
    if ((*at)->seq == seq) {
      struct transfer *t = *at;
      *at = t->next;
      return t;
    }
  return NULL;
}

static void *read_replies(void *argument) {
  struct device *d = argument;
  uint32_t head[12];
  while (read_all(d->socket, head, sizeof head) == 0) {
    uint32_t command = ntohl(head[0]), seq = ntohl(head[1]);
    int status = (int)ntohl(head[5]), length = (int)ntohl(head[6]);
    if (command == RET_SUBMIT) {
      pthread_mutex_lock(&d->lock);
      struct transfer *t = take_live(d, seq);
      pthread_mutex_unlock(&d->lock);
      if (!t || length < 0 || length > t->room) break; // a server that makes no sense
      if (t->in && length > 0 && read_all(d->socket, t->buffer, (size_t)length) != 0) {
        pthread_mutex_lock(&d->lock);
        complete(d, t, -ENODEV, 0);
        pthread_mutex_unlock(&d->lock);
        break;
      }
      pthread_mutex_lock(&d->lock);
      complete(d, t, status, length);
      pthread_mutex_unlock(&d->lock);
    } else if (command == RET_UNLINK && status == -ECONNRESET) {
      pthread_mutex_lock(&d->lock);
      struct transfer *t = take_live(d, seq ^ UNLINK_BIT);
      if (t) complete(d, t, -ENOENT, 0);
      pthread_mutex_unlock(&d->lock);
    }
  }
  SAY("the device is gone\n");
  pthread_mutex_lock(&d->lock);
  d->dead = 1;
  while (d->live) complete(d, take_live(d, d->live->seq), -ENODEV, 0);
  something_to_reap(d);
  pthread_cond_broadcast(&d->changed);
  pthread_mutex_unlock(&d->lock);
  return NULL;
}

static int import_device(const char *bus) {
  const char *port = getenv("USBSHIM_PORT");
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)atoi(port ? port : "3240")),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  if (s < 0) return -1;
  unsigned char request[40] = {0x01, 0x11, 0x80, 0x03}, reply[8 + 312];
  memcpy(request + 8, bus, strlen(bus));
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(s, (void *)&address, sizeof address) != 0 || write_all(s, request, 40) != 0 ||
      read_all(s, reply, 8) != 0 || reply[7] != 0 || read_all(s, reply + 8, 312) != 0) {
    real_close(s);
    errno = ENODEV;
    return -1;
  }
  return s;
}

static int open_device(const char *bus) {
  int s = import_device(bus);
  if (s < 0) return -1;
  struct device *d = calloc(1, sizeof *d);
  int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (!d || fd < 0 || fd >= MAX_FD) {
    if (fd >= 0) real_close(fd);
    real_close(s);
    free(d);
    errno = EMFILE;
    return -1;
  }
  d->fd = fd;
  d->socket = s;
  d->owner = getpid();
  pthread_mutex_init(&d->lock, NULL);
  pthread_cond_init(&d->changed, NULL);
  nothing_to_reap(d);
  pthread_create(&d->reader, NULL, read_replies, d);
  devices[fd] = d;
  SAY("%s is open as %d\n", bus, fd);
  return fd;
}

static struct device *device_of(int fd) {
  struct device *d = fd < 0 || fd >= MAX_FD ? NULL : devices[fd];
  // Only the process that has opened it has the thread that reads from it.
  return d && d->owner == getpid() ? d : NULL;
}

static int submit(struct device *d, struct transfer *t, int endpoint, const unsigned char *setup,
                  const void *out, int length) {
  pthread_mutex_lock(&d->lock);
  if (d->dead) {
    pthread_mutex_unlock(&d->lock);
    errno = ENODEV;
    return -1;
  }
  d->seq = (d->seq + 1) & ~UNLINK_BIT;
  t->seq = d->seq;
  t->room = length;
  t->next = d->live;
  d->live = t;
  uint32_t head[12] = {htonl(CMD_SUBMIT),          htonl(t->seq), htonl(0x10002), htonl((uint32_t)t->in),
                       htonl((uint32_t)endpoint & 15), 0,         htonl((uint32_t)length)};
  if (setup) memcpy(head + 10, setup, 8);
  // A server that hangs up is noticed by the reader.
  write_all(d->socket, head, sizeof head);
  if (!t->in && length > 0) write_all(d->socket, out, (size_t)length);
  pthread_mutex_unlock(&d->lock);
  SAY("submit: endpoint %02x, %d bytes %s\n", endpoint, length, t->in ? "in" : "out");
  return 0;
}

static void unlink_transfer(struct device *d, struct transfer *t) {
  uint32_t head[12] = {htonl(CMD_UNLINK), htonl(t->seq ^ UNLINK_BIT), htonl(0x10002), 0, 0,
                       htonl(t->seq)};
  write_all(d->socket, head, sizeof head);
}

static void unlink_all(struct device *d) {
  pthread_mutex_lock(&d->lock);
  for (struct transfer *t = d->live; t; t = t->next)
    if (t->urb) unlink_transfer(d, t);
  pthread_mutex_unlock(&d->lock);
}

// A control transfer without data, waited for.
static int control(struct device *d, uint8_t kind, uint8_t request, uint16_t value, uint16_t index) {
  unsigned char setup[8] = {kind, request, value & 255, value >> 8, index & 255, index >> 8, 0, 0};
  struct transfer t = {0};
  if (submit(d, &t, 0, setup, NULL, 0) != 0) return -1;
  pthread_mutex_lock(&d->lock);
  while (!t.done) pthread_cond_wait(&d->changed, &d->lock);
  pthread_mutex_unlock(&d->lock);
  if (t.status == 0) return 0;
  errno = -t.status;
  return -1;
}

static int submit_urb(struct device *d, struct usbdevfs_urb *urb) {
  struct transfer *t = calloc(1, sizeof *t);
  unsigned char *bytes = urb->buffer;
  if (!t) return -1;
  t->urb = urb;
  int result;
  if (urb->type == USBDEVFS_URB_TYPE_CONTROL) {
    t->in = (bytes[0] & 0x80) != 0;
    t->buffer = bytes + 8;
    result = submit(d, t, 0, bytes, bytes + 8, bytes[6] | bytes[7] << 8);
  } else {
    t->in = (urb->endpoint & 0x80) != 0;
    t->buffer = bytes;
    result = submit(d, t, urb->endpoint, NULL, bytes, urb->buffer_length);
  }
  if (result != 0) free(t);
  return result;
}

static int discard(struct device *d, void *urb) {
  pthread_mutex_lock(&d->lock);
  struct transfer *t = d->live;
  while (t && t->urb != urb) t = t->next;
  if (t) unlink_transfer(d, t);
  pthread_mutex_unlock(&d->lock);
  if (t) return 0;
  errno = EINVAL;
  return -1;
}

static int reap(struct device *d, void **result, int wait) {
  pthread_mutex_lock(&d->lock);
  while (wait && !d->done_first && !d->dead) pthread_cond_wait(&d->changed, &d->lock);
  struct transfer *t = d->done_first;
  if (!t) {
    errno = d->dead ? ENODEV : EAGAIN;
    pthread_mutex_unlock(&d->lock);
    return -1;
  }
  d->done_first = t->next;
  if (!d->done_first) {
    d->done_last = NULL;
    if (!d->dead) nothing_to_reap(d);
  }
  t->urb->status = t->status;
  t->urb->actual_length = t->length;
  *result = t->urb;
  pthread_mutex_unlock(&d->lock);
  free(t);
  return 0;
}

static int claim(unsigned number) {
  const char *busy = getenv("USBSHIM_BUSY_IF");
  if (!busy || (unsigned)atoi(busy) != number) return 0;
  errno = EBUSY;
  return -1;
}

static int device_ioctl(struct device *d, unsigned long request, void *argument) {
  switch (request) {
  case USBDEVFS_GET_CAPABILITIES:
    *(uint32_t *)argument = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                            USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
    return 0;
  case USBDEVFS_CLAIMINTERFACE: return claim(*(unsigned *)argument);
  case USBDEVFS_DISCONNECT_CLAIM: return claim(((struct usbdevfs_disconnect_claim *)argument)->interface);
  case USBDEVFS_RELEASEINTERFACE: unlink_all(d); return 0; // the kernel cancels what is under way
  case USBDEVFS_RESET: unlink_all(d); return control(d, 0x23, 3, 4, 1);
  case USBDEVFS_GETDRIVER:
  case USBDEVFS_IOCTL: errno = ENODATA; return -1; // no kernel driver
  case USBDEVFS_SETCONFIGURATION: return control(d, 0, 9, (uint16_t) * (unsigned *)argument, 0);
  case USBDEVFS_SETINTERFACE: {
    struct usbdevfs_setinterface *s = argument;
    return control(d, 1, 11, (uint16_t)s->altsetting, (uint16_t)s->interface);
  }
  case USBDEVFS_CLEAR_HALT: return control(d, 2, 1, 0, (uint16_t) * (unsigned *)argument);
  case USBDEVFS_SUBMITURB: return submit_urb(d, argument);
  case USBDEVFS_DISCARDURB: return discard(d, argument);
  case USBDEVFS_REAPURBNDELAY: return reap(d, argument, 0);
  case USBDEVFS_REAPURB: return reap(d, argument, 1);
  }
  SAY("an ioctl that is not known: %lx\n", request);
  errno = ENOTTY;
  return -1;
}

static void close_device(int fd, struct device *d) {
  devices[fd] = NULL;
  // The server hangs up once it has let the device go: then it can be opened again.
  shutdown(d->socket, SHUT_WR);
  pthread_join(d->reader, NULL);
  real_close(d->socket);
  while (d->done_first) {
    struct transfer *t = d->done_first;
    d->done_first = t->next;
    free(t);
  }
  free(d);
}

#define WITH_MODE                                                                                        \
  mode_t mode = 0;                                                                                       \
  if (flags & (O_CREAT | O_TMPFILE)) {                                                                   \
    va_list rest;                                                                                        \
    va_start(rest, flags);                                                                               \
    mode = va_arg(rest, mode_t);                                                                         \
    va_end(rest);                                                                                        \
  }                                                                                                      \
  char bus[32];                                                                                          \
  if (is_ours(path, bus)) return open_device(bus)

int open(const char *path, int flags, ...) {
  WITH_MODE;
  return real_open(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  WITH_MODE;
  return real_open64(path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
  WITH_MODE;
  return real_openat(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
  WITH_MODE;
  return real_openat64(folder, path, flags, mode);
}
int __open_2(const char *path, int flags) { return open(path, flags); }
int __open64_2(const char *path, int flags) { return open64(path, flags); }

int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  struct device *d = device_of(fd);
  return d ? device_ioctl(d, request, argument) : real_ioctl(fd, request, argument);
}

int close(int fd) {
  struct device *d = device_of(fd);
  if (d) close_device(fd, d);
  return real_close(fd);
}
