/* SPDX-License-Identifier: MIT */
/*
 * Compares a parser of status lines with the conformance cases: run FOLDER [POLICY], where FOLDER
 * has manifest.tsv and inputs/. Write your parser in place of small.c.
 *
 *     cc -o run run.c small.c && ./run ../..
 */
#include "parser.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column {
  ID,
  FILE_NAME,
  MAX_SIZE,
  VERDICT,
  STRICT,
  INTEROP,
  PERMISSIVE,
  CODE,
  VERSION,
  REASON_HEX,
  END,
  COLUMNS
};

/* Splits a row of the manifest at its tabs. */
static int split(char* row, char* fields[COLUMNS]) {
  int count = 0;
  row[strcspn(row, "\n")] = '\0';
  for (char* tab = row; tab != NULL && count < COLUMNS; row = tab + 1) {
    fields[count++] = row;
    tab = strchr(row, '\t');
    if (tab != NULL)
      *tab = '\0';
  }
  return count == COLUMNS;
}

/* An allocation of exactly the size, so that a sanitizer sees each read past the end. */
static char* read_all(const char* folder, const char* name, size_t* size) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE* file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0)
    return NULL;
  *size = (size_t)ftell(file);
  rewind(file);
  char* bytes = malloc(*size > 0 ? *size : 1);
  if (bytes != NULL && fread(bytes, 1, *size, file) != *size)
    return NULL;
  fclose(file);
  return bytes;
}

static int is_reason(const struct answer* a, const char* hex) {
  if (strlen(hex) != 2 * a->reason_size)
    return 0;
  for (size_t i = 0; i < a->reason_size; ++i) {
    unsigned byte = 0;
    if (sscanf(hex + 2 * i, "%2x", &byte) != 1 || byte != (unsigned char)a->reason[i])
      return 0;
  }
  return 1;
}

/* The first difference of an answer from a row; "" if there is none. */
static const char* difference(const struct answer* a, char* row[COLUMNS], enum column policy) {
  static const char* const names[] = {"accepted", "need_more", "refused"};
  if (strcmp(names[a->outcome], row[policy]) != 0)
    return names[a->outcome];
  if (a->outcome != ACCEPTED)
    return "";
  if (a->code != -1 && a->code != atoi(row[CODE]))
    return "another code";
  if (a->major != -1 && (a->major != row[VERSION][0] - '0' || a->minor != row[VERSION][2] - '0'))
    return "another version";
  if (a->reason != NULL && !is_reason(a, row[REASON_HEX]))
    return "another reason";
  return a->end != SIZE_MAX && a->end != strtoul(row[END], NULL, 10) ? "another end" : "";
}

int main(int argc, char** argv) {
  static const char* const policies[] = {"strict", "interop", "permissive"};
  static char line[65536]; /* a reason has up to 8192 bytes, two digits each */
  const char* const folder = argc > 1 ? argv[1] : ".";
  int policy = 0;
  while (argc > 2 && policy < 3 && strcmp(argv[2], policies[policy]) != 0)
    ++policy;
  snprintf(line, sizeof line, "%s/manifest.tsv", folder);
  FILE* manifest = fopen(line, "r");
  if (policy == 3 || manifest == NULL || fgets(line, sizeof line, manifest) == NULL)
    return fprintf(stderr, "usage: run FOLDER [strict|interop|permissive]\n"), 2;
  int compared = 0, failed = 0;
  while (fgets(line, sizeof line, manifest) != NULL) {
    char* row[COLUMNS];
    size_t size = 0;
    if (!split(line, row))
      return fprintf(stderr, "run: expected %d columns\n", COLUMNS), 2;
    if (strcmp(row[MAX_SIZE], "-") != 0 || strcmp(row[STRICT + policy], "too_long") == 0)
      continue; /* about a limit, which this parser does not have */
    char* bytes = read_all(folder, row[FILE_NAME], &size);
    if (bytes == NULL)
      return fprintf(stderr, "run: cannot read %s\n", row[FILE_NAME]), 2;
    struct answer answer = {REFUSED, -1, -1, -1, NULL, 0, SIZE_MAX};
    parse(bytes, size, &answer);
    const char* found = difference(&answer, row, (enum column)(STRICT + policy));
    ++compared;
    if (found[0] != '\0' && ++failed)
      printf("%s: expected %s, found %s\n", row[ID], row[STRICT + policy], found);
    free(bytes);
  }
  fclose(manifest);
  printf("%d cases, %d divergences from %s\n", compared, failed, policies[policy]);
  return failed > 0;
}
