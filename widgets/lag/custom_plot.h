#pragma once

// QCustomPlot's header says `foreach`, which is off in this house; what it means there is this.
// NOLINTNEXTLINE(bugprone-macro-parentheses): a declaration takes none
#define foreach(variable, container) for (variable : container)
#include <qcustomplot.h>
#undef foreach
