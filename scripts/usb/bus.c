// A USB bus without a kernel: a mocked /sys (umockdev) with one device on it, and udev's events when the
// device goes and comes back.
//
//   LD_PRELOAD=libumockdev-preload.so.0 bus DESCRIPTION      as `urna-scanner-sim --umockdev` prints it
//
// It says "bus DIR" once the device is there: with UMOCKDEV_DIR=DIR a program that has umockdev's library
// preloaded sees it. Then it obeys words on standard input, a line each, and says each again when it is done:
// "unplug", "plug". The end of its input is the end of the bus; the folder is removed.
#include <stdio.h>
#include <string.h>
#include <umockdev.h>

static const char device[] = "/sys/devices/usb1/1-1";

static UMockdevTestbed *bus;
// Where the device's folder is while it is on the bus, and while it is not.
static char *on, *off;
static int plugged = 1;

// The folder moves as a whole. umockdev's own way to add a device sends the event before the descriptors are there.
static int obey(const char *word) {
  if (strcmp(word, "unplug") == 0 && plugged) {
    // It takes the event's properties from the folder.
    umockdev_testbed_uevent(bus, device, "remove");
    plugged = 0;
    return rename(on, off);
  }
  if (strcmp(word, "plug") == 0 && !plugged) {
    plugged = 1;
    if (rename(off, on) != 0) return -1;
    umockdev_testbed_uevent(bus, device, "add");
  }
  return 0;
}

static int obey_all(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    if (obey(line) != 0) {
      perror("bus");
      return 1;
    }
    printf("%s\n", line);
    fflush(stdout);
  }
  return 0;
}

int main(int count, char **arguments) {
  GError *error = NULL;
  if (count != 2) {
    fprintf(stderr, "bus: one argument is wanted, the description of a device\n");
    return 2;
  }
  bus = umockdev_testbed_new();
  if (!umockdev_testbed_add_from_file(bus, arguments[1], &error)) {
    fprintf(stderr, "bus: %s\n", error->message);
    return 2;
  }
  char *folder = umockdev_testbed_get_root_dir(bus);
  on = g_strconcat(folder, device, NULL);
  off = g_strconcat(folder, "/unplugged", NULL);
  printf("bus %s\n", folder);
  fflush(stdout);
  int result = obey_all();
  g_object_unref(bus); // and its folder
  g_free(folder);
  g_free(on);
  g_free(off);
  return result;
}
