"""What graphql-core says, in Spanish: each of its messages that a document or its variables can bring about.

Here is what it says of syntax and values; planner/spanish_rules.py has what the rules of validation say.
`{name}` is what the client sent, shortened; `{name:kind}` is read as planner/phrases.py has it. A third text
is told in English instead. The first that fits is taken, so longer ones come first.
tests/planner/test_spanish.py reads the messages from the library's source, and fails where one is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

HINTS: Mapping[str, str] = {
    "to use an inline fragment on": "usar un fragmento en línea sobre",
    "the enum value": "el valor",
}
TOKENS: Mapping[str, str] = {
    "<SOF>": "el principio del documento",
    "<EOF>": "el final del documento",
    "Name": "nombre",
    "Int": "entero",
    "Float": "número",
    "String": "texto",
    "BlockString": "bloque de texto",
    "Comment": "comentario",
}

SYNTAX: Sequence[tuple[str, ...]] = [
    ("Syntax Error: {what:message}", "Error de sintaxis: {what}"),
    ("Unterminated string.", "Texto sin terminar."),
    ("Invalid Unicode escape sequence: '{it}'.", "Secuencia de escape Unicode no válida: '{it}'."),
    ("Invalid character escape sequence: '{it}'.", "Secuencia de escape no válida: '{it}'."),
    ("Invalid character within String: {it:token}.", "Carácter no válido en un texto: {it}."),
    ("Invalid character: {it:token}.", "Carácter no válido: {it}."),
    (
        "Invalid number, unexpected digit after 0: {it:token}.",
        "Número no válido, dígito inesperado después de 0: {it}.",
    ),
    (
        "Invalid number, expected digit before '.', did you mean '0.{digits}'?",
        "Número no válido, falta un dígito antes de '.'; ¿quiso decir '0.{digits}'?",
    ),
    (
        "Invalid number, expected digit but got: {it:token}.",
        "Número no válido, se esperaba un dígito y hay: {it}.",
    ),
    (
        "Unexpected single quote character ('), did you mean to use a double quote (\")?",
        "Comilla simple (') inesperada; ¿quiso usar comillas dobles (\")?",
    ),
    ("Unexpected '..', did you mean '...'?", "'..' inesperado; ¿quiso decir '...'?"),
    (
        "Unexpected description, descriptions are not supported on shorthand queries.",
        "Descripción inesperada: las consultas abreviadas no pueden tenerla.",
    ),
    (
        "Unexpected description, only GraphQL definitions support descriptions.",
        "Descripción inesperada: solo las definiciones de GraphQL pueden tenerla.",
    ),
    (
        "Unexpected variable '${name}' in constant value.",
        "Variable '${name}' inesperada en un valor constante.",
    ),
    ("Unexpected character: {it:token}.", "Carácter inesperado: {it}."),
    ("Unexpected {it:token}.", "Inesperado: {it}."),
    ("Expected {what:token}, found {it:token}.", "Se esperaba {what}; hay {it}."),
    (
        "{it:token} is reserved and cannot be used for an enum value.",
        "{it} está reservado y no puede ser valor de una enumeración.",
    ),
    (
        "Document contains more than {most} tokens. Parsing aborted.",
        "El documento tiene más de {most} elementos léxicos; se dejó de leer.",
    ),
    (
        "Document contains more than {most} comments. Parsing aborted.",
        "El documento tiene más de {most} comentarios; se dejó de leer.",
    ),
    (
        "Source contains more than {most} code points. Parsing aborted.",
        "El documento tiene más de {most} caracteres; se dejó de leer.",
    ),
    (
        "Document is nested too deeply. Parsing aborted.",
        "El documento anida demasiados niveles; se dejó de leer.",
    ),
]

VALUES: Sequence[tuple[str, ...]] = [
    (
        "Variable '${name}' defined by fragment '{fragment}' has invalid default value{path:path}:"
        " {what:message}",
        "La variable '${name}' del fragmento '{fragment}' tiene un valor por omisión no válido{path}: {what}",
    ),
    (
        "Variable '${name}' defined by fragment '{fragment}' has invalid value{path:path}: {what:message}",
        "La variable '${name}' del fragmento '{fragment}' tiene un valor no válido{path}: {what}",
    ),
    (
        "Variable '${name}' defined by fragment '{fragment}' of required type '{type}' was not provided.",
        "Falta la variable '${name}' del fragmento '{fragment}', obligatoria, del tipo '{type}'.",
    ),
    (
        "Variable '${name}' has invalid default value{path:path}: {what:message}",
        "La variable '${name}' tiene un valor por omisión no válido{path}: {what}",
    ),
    (
        "Variable '${name}' has invalid value{path:path}: {what:message}",
        "La variable '${name}' tiene un valor no válido{path}: {what}",
    ),
    (
        "Variable '${name}' expected value of type '{type}' which cannot be used as an input type.",
        "La variable '${name}' es del tipo '{type}', que no sirve de entrada.",
    ),
    (
        "Argument '{name}' has invalid default value{path:path}: {what:message}",
        "El argumento '{name}' tiene un valor por omisión no válido{path}: {what}",
    ),
    (
        "Argument '{name}' has invalid value{path:path}: {what:message}",
        "El argumento '{name}' tiene un valor no válido{path}: {what}",
    ),
    (
        "Argument '{name}' of required type '{type}' was not provided.",
        "Falta el argumento '{name}', obligatorio, del tipo '{type}'.",
    ),
    ("Invalid argument", "Argumento no válido"),
    ("Variable values are nested too deeply.", "Los valores de las variables anidan demasiados niveles."),
    (
        "Too many errors processing variables, error limit reached. Execution aborted.",
        "Demasiados errores en las variables; no se siguió.",
    ),
    (
        "Int cannot represent non 32-bit signed integer value: {value}",
        "Int solo admite enteros de 32 bits con signo; no {value}",
    ),
    ("Int cannot represent non-integer value: {value}", "Int solo admite enteros; no {value}"),
    (
        "Float cannot represent non numeric value: {value} (value is too large)",
        "Float solo admite números; no {value} (es demasiado grande)",
    ),
    (
        "Float cannot represent non numeric value: {value} (value would lose precision)",
        "Float solo admite números; no {value} (perdería precisión)",
    ),
    ("Float cannot represent non numeric value: {value}", "Float solo admite números; no {value}"),
    ("String cannot represent a non string value: {value}", "String solo admite textos; no {value}"),
    ("String cannot represent value: {value}", "String no puede representar el valor {value}"),
    (
        "Boolean cannot represent a non boolean value: {value}",
        "Boolean solo admite true y false; no {value}",
    ),
    (
        "ID cannot represent a non-string and non-integer value: {value}",
        "ID solo admite textos y enteros; no {value}",
    ),
    ("ID cannot represent value: {value}", "ID solo admite textos y enteros; no {value}"),
    (
        "Enum '{type}' cannot represent non-string value: {value}.{hint:hint}",
        "La enumeración '{type}' solo admite textos; no {value}.{hint}",
    ),
    (
        "Enum '{type}' cannot represent non-enum value: {value}.{hint:hint}",
        "La enumeración '{type}' solo admite sus valores, sin comillas; no {value}.{hint}",
    ),
    (
        "Enum '{type}' cannot represent value: {value}",
        "La enumeración '{type}' no puede representar el valor {value}",
    ),
    (
        "Value '{value}' does not exist in '{type}' enum.{hint:hint}",
        "El valor '{value}' no existe en la enumeración '{type}'.{hint}",
    ),
    (
        "Expected a value of non-null type '{type}' to be provided.",
        "Falta un valor del tipo '{type}', que no puede ser null.",
    ),
    (
        "Expected value of non-null type '{type}' not to be None.",
        "Un valor del tipo '{type}' no puede ser null.",
        "Expected value of non-null type '{type}' not to be null.",
    ),
    (
        "Expected value of type '{type}' to be an object, found: {value}.",
        "Un valor del tipo '{type}' debe ser un objeto; hay: {value}.",
    ),
    (
        "Expected value of type '{type}' to include required field '{name}', found: {value}.",
        "A un valor del tipo '{type}' le falta el campo obligatorio '{name}'; hay: {value}.",
    ),
    (
        "Expected value of type '{type}' not to include unknown field '{name}'.{hint:hint} Found: {value}.",
        "Un valor del tipo '{type}' no tiene ningún campo '{name}'.{hint} Hay: {value}.",
    ),
    (
        "Expected value of type '{type}' not to include unknown field '{name}', found: {value}.",
        "Un valor del tipo '{type}' no tiene ningún campo '{name}'; hay: {value}.",
    ),
    (
        "Expected value of type '{type}', but encountered error '{error}'; found: {value}.",
        "No es un valor del tipo '{type}': {value}.",
        "Expected value of type '{type}', found: {value}.",
    ),
    ("Expected value of type '{type}', found: {value}.", "No es un valor del tipo '{type}': {value}."),
    (
        "Expected variable '${name}' provided to type '{type}' to provide a runtime value.",
        "La variable '${name}', para el tipo '{type}', no tiene valor.",
    ),
    (
        "Expected variable '${name}' provided to non-null type '{type}' not to be None.",
        "La variable '${name}', para el tipo '{type}', no puede ser null.",
        "Expected variable '${name}' provided to non-null type '{type}' not to be null.",
    ),
    (
        "Expected variable '${name}' provided to field '{field}' for OneOf Input Object type '{type}'"
        " to provide"
        " a runtime value.",
        "La variable '${name}', para el campo '{field}' de la entrada OneOf '{type}', no tiene valor.",
    ),
    (
        "Expected variable '${name}' provided to field '{field}' for OneOf Input Object type '{type}'"
        " not to be"
        " None.",
        "La variable '${name}', para el campo '{field}' de la entrada OneOf '{type}', no puede ser null.",
        "Expected variable '${name}' provided to field '{field}' for OneOf Input Object type '{type}'"
        " not to be"
        " null.",
    ),
    (
        "Within OneOf Input Object type '{type}', exactly one field must be specified, and the value for that"
        " field must be non-null.",
        "Una entrada OneOf '{type}' debe tener exactamente un campo, y su valor no puede ser null.",
    ),
]
