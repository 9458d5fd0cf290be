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

// The device itself; the hub above it stays.
static const char device[] = "/sys/devices/usb1/1-1";

static char *root_hub, *on_port_1;

// A description has the hub's block first, then an empty line, then the device's.
static int read_description(const char *path) {
  char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL)) return 0;
  char *gap = strstr(text, "\n\n");
  if (!gap) return 0;
  root_hub = g_strndup(text, (gsize)(gap - text) + 1);
  on_port_1 = g_strdup(gap + 2);
  g_free(text);
  return 1;
}

static int add(UMockdevTestbed *bus, const char *block) {
  GError *error = NULL;
  if (umockdev_testbed_add_from_string(bus, block, &error)) return 1;
  fprintf(stderr, "bus: %s\n", error->message);
  g_clear_error(&error);
  return 0;
}

static void obey(UMockdevTestbed *bus, const char *word, int *plugged) {
  if (strcmp(word, "plug") == 0 && !*plugged) {
    *plugged = add(bus, on_port_1); // sends "add" by itself
  } else if (strcmp(word, "unplug") == 0 && *plugged) {
    // umockdev takes the event's properties from /sys, so the event goes first.
    umockdev_testbed_uevent(bus, device, "remove");
    umockdev_testbed_remove_device(bus, device);
    *plugged = 0;
  }
  printf("%s\n", word);
  fflush(stdout);
}

int main(int count, char **arguments) {
  if (count != 2 || !read_description(arguments[1])) {
    fprintf(stderr, "bus: one argument is wanted, a description of a hub and a device\n");
    return 2;
  }
  UMockdevTestbed *bus = umockdev_testbed_new();
  int plugged = add(bus, root_hub) && add(bus, on_port_1);
  if (plugged) {
    char *folder = umockdev_testbed_get_root_dir(bus);
    printf("bus %s\n", folder);
    fflush(stdout);
    g_free(folder);
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
      line[strcspn(line, "\n")] = 0;
      obey(bus, line, &plugged);
    }
  }
  g_object_unref(bus);
  g_free(root_hub);
  g_free(on_port_1);
  return plugged ? 0 : 1;
}
