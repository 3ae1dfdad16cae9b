#pragma once

// QCustomPlot's header says `foreach`, which is off in this house; what it means there is this.
#define foreach(variable, container) for (variable : container) // NOLINT(bugprone-macro-parentheses)
#include <qcustomplot.h>
#undef foreach
