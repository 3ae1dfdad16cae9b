// Removed with the room's first source.
#include "model/decode/field_reader.h"
#include "model/decode/value_tree.h"
