// SPDX-License-Identifier: MIT
//
// Macros that other headers define, included before all public headers, which must still compile.
// The standard's headers come first: they would not. Each macro is a number, so a use of its name
// does not compile.
#include "standard.h"

// windows.h, without NOMINMAX
#define near -1
#define far -1
#define small -1
#define interface -1
#define hyper -1
#define pascal -1
#define cdecl -1
#undef environ
#define environ -1
#define ERROR -1
#define NO_ERROR -1
#define DELETE -1
#define IN -1
#define OUT -1
#define OPTIONAL -1
#define CONST -1
#define VOID -1
#define STRICT -1
#define IGNORE -1
#define TRUE -1
#define FALSE -1
#define THIS -1
#define ABSOLUTE -1
#define RELATIVE -1
#define OPAQUE -1
#define TRANSPARENT -1
#define INFINITE -1
#define MAX_PATH -1
#define CALLBACK -1
#define WINAPI -1
#define INPUT_MOUSE -1
#define OVERFLOW -1
#define UNDERFLOW -1
#define DOMAIN -1
#define BOOL -1
#define CHAR -1
#define FAR -1
#define NEAR -1
#undef min
#define min(a, b) -1
#undef max
#define max(a, b) -1

// curses.h
#define ERR -1
#define OK -1
#define move(y, x) -1
#define erase() -1
#define clear() -1
#define refresh() -1
#define timeout(t) -1
#define border(ls, rs, ts, bs, tl, tr, bl, br) -1
#define box(w, v, h) -1
#define insch(c) -1
#define inch() -1
#define instr(s) -1
#define getch() -1
#define scroll(w) -1
#define addch(c) -1
#define addstr(s) -1
#define attron(a) -1
#define attroff(a) -1
#define delch() -1
#define hline(c, n) -1
#define vline(c, n) -1
#define standout() -1
#define standend() -1
#define getstr(s) -1
#define getyx(w, y, x) -1

// term.h
#define columns -1
#define lines -1
#define bell -1
#define newline -1
#define tab -1
#define back_tab -1
#define carriage_return -1
#define cursor_up -1
#define init_tabs -1
#define buttons -1

// X11/X.h, X11/Xlib.h
#define None -1
#define Status -1
#define Bool -1
#define True -1
#define False -1
#define Success -1
#define Always -1
#define Above -1
#define Below -1
#define Complex -1
#define Convex -1
#define Nonconvex -1
#define Unsorted -1
#define Opposite -1
#define CurrentTime -1
#define GrayScale -1
#define Expose -1
#define KeyPress -1
#define FocusIn -1
#define FocusOut -1
#define InputOnly -1
#define NoValue -1
#define NoSymbol -1
#define DestroyAll -1

// Arduino.h, binary.h
#define HIGH -1
#define LOW -1
#define INPUT -1
#define OUTPUT -1
#define INPUT_PULLUP -1
#define CHANGE -1
#define FALLING -1
#define RISING -1
#define DEFAULT -1
#define INTERNAL -1
#define EXTERNAL -1
#define SERIAL -1
#define DISPLAY -1
#define LSBFIRST -1
#define MSBFIRST -1
#define PI -1
#define HALF_PI -1
#define EULER -1
#define SP -1
#define SREG -1
#define B0 -1
#define B1 -1
#define B00 -1
#define B11 -1
#define B1111 -1
#define B10101010 -1
#define B11111111 -1
#define F(s) -1
#define PSTR(s) -1
#undef abs
#define abs(x) -1
#define round(x) -1
#define constrain(x, low, high) -1
#define radians(d) -1
#define degrees(r) -1
#define sq(x) -1
#define bit(b) -1
#define word(...) -1
#define bitRead(v, b) -1
#define bitSet(v, b) -1
#define bitClear(v, b) -1
#define bitWrite(v, b, x) -1
#define lowByte(w) -1
#define highByte(w) -1
#define interrupts() -1
#define noInterrupts() -1
#define _BV(b) -1

// sys/sysmacros.h; and macros that compilers and C programs define
#undef unix
#define unix -1
#undef linux
#define linux -1
#undef i386
#define i386 -1
#define noinline -1
#define always_inline -1
#define gnu -1
#define major(dev) -1
#define minor(dev) -1
#define makedev(major, minor) -1
#define likely(x) -1
#define unlikely(x) -1
#define offset_of(t, m) -1

#ifdef PLANTED // the test must be able to fail
#define reason -1
#endif
