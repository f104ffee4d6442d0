"""What graphql-core's rules of validation say, in Spanish; as in planner/spanish.py."""

from __future__ import annotations

from collections.abc import Sequence

RULES: Sequence[tuple[str, ...]] = [
    (
        "Too many validation errors, error limit reached. Validation aborted.",
        "Demasiados errores de validación; no se siguió.",
    ),
    ("Validation aborted.", "La validación se detuvo: el documento es demasiado complejo."),
    ("The {name} definition is not executable.", "La definición {name} no se puede ejecutar."),
    (
        "The {kind} operation is not supported by the schema.",
        "El esquema no tiene operaciones {kind}.",
    ),
    (
        "There can be only one operation named '{name}'.",
        "Solo puede haber una operación llamada '{name}'.",
    ),
    (
        "This anonymous operation must be the only defined operation.",
        "Una operación anónima debe ser la única del documento.",
    ),
    (
        "Anonymous Subscription must not use `@skip` or `@include` directives in the top level selection.",
        "La suscripción anónima no puede usar `@skip` ni `@include` en su primer nivel.",
    ),
    (
        "Subscription '{name}' must not use `@skip` or `@include` directives in the top level selection.",
        "La suscripción '{name}' no puede usar `@skip` ni `@include` en su primer nivel.",
    ),
    (
        "Anonymous Subscription must select only one top level field.",
        "La suscripción anónima solo puede pedir un campo en su primer nivel.",
    ),
    (
        "Subscription '{name}' must select only one top level field.",
        "La suscripción '{name}' solo puede pedir un campo en su primer nivel.",
    ),
    (
        "Anonymous Subscription must select one top level field.",
        "La suscripción anónima debe pedir un campo en su primer nivel.",
    ),
    (
        "Subscription '{name}' must select one top level field.",
        "La suscripción '{name}' debe pedir un campo en su primer nivel.",
    ),
    (
        "Anonymous Subscription must not select an introspection top level field.",
        "La suscripción anónima no puede pedir introspección en su primer nivel.",
    ),
    (
        "Subscription '{name}' must not select an introspection top level field.",
        "La suscripción '{name}' no puede pedir introspección en su primer nivel.",
    ),
    ("Unknown type '{name}'.{hint:hint}", "No existe el tipo '{name}'.{hint}"),
    (
        "Fragment cannot condition on non composite type '{type}'.",
        "Un fragmento no puede ser sobre '{type}', que no tiene campos.",
    ),
    (
        "Fragment '{name}' cannot condition on non composite type '{type}'.",
        "El fragmento '{name}' no puede ser sobre '{type}', que no tiene campos.",
    ),
    (
        "Variable '${name}' cannot be non-input type '{type}'.",
        "La variable '${name}' no puede ser del tipo '{type}', que no sirve de entrada.",
    ),
    (
        "Field '{name}' must not have a selection since type '{type}' has no subfields.",
        "El campo '{name}' no puede llevar selección: el tipo '{type}' no tiene subcampos.",
    ),
    (
        "Field '{name}' of type '{type}' must have a selection of subfields. Did you mean '{again} {{"
        " ... }}'?",
        "El campo '{name}' del tipo '{type}' debe llevar una selección de subcampos. "
        "¿Quiso decir '{again} {{ ... }}'?",
    ),
    (
        "Field '{name}' of type '{type}' must have at least one field selected.",
        "Del campo '{name}' del tipo '{type}' hay que pedir al menos un campo.",
    ),
    (
        "Cannot query field '{name}' on type '{type}'.{hint:hint}",
        "El tipo '{type}' no tiene ningún campo '{name}'.{hint}",
    ),
    (
        "There can be only one fragment named '{name}'.",
        "Solo puede haber un fragmento llamado '{name}'.",
    ),
    ("Unknown fragment '{name}'.", "No existe el fragmento '{name}'."),
    ("Fragment '{name}' is never used.", "El fragmento '{name}' no se usa."),
    (
        "Fragment cannot be spread here as objects of type '{parent}' can never be of type '{type}'.",
        "El fragmento no cabe aquí: un objeto del tipo '{parent}' nunca es del tipo '{type}'.",
    ),
    (
        "Fragment '{name}' cannot be spread here as objects of type '{parent}' can never be of type"
        " '{type}'.",
        "El fragmento '{name}' no cabe aquí: un objeto del tipo '{parent}' nunca es del tipo '{type}'.",
    ),
    (
        "Cannot spread fragment '{name}' within itself via {names}.",
        "El fragmento '{name}' no puede contenerse a sí mismo, por {names}.",
    ),
    (
        "Cannot spread fragment '{name}' within itself.",
        "El fragmento '{name}' no puede contenerse a sí mismo.",
    ),
    (
        "There can be only one variable named '${name}'.",
        "Solo puede haber una variable llamada '${name}'.",
    ),
    (
        "Variable '${name}' is not defined by operation '{operation}'.",
        "La operación '{operation}' no define la variable '${name}'.",
    ),
    ("Variable '${name}' is not defined.", "La variable '${name}' no está definida."),
    (
        "Variable '${name}' is never used in fragment '{fragment}'.",
        "La variable '${name}' no se usa en el fragmento '{fragment}'.",
    ),
    (
        "Variable '${name}' is never used in operation '{operation}'.",
        "La variable '${name}' no se usa en la operación '{operation}'.",
    ),
    ("Variable '${name}' is never used.", "La variable '${name}' no se usa."),
    ("Unknown directive '@{name}'.", "No existe la directiva '@{name}'."),
    (
        "Directive '@{name}' may not be used on {place}.",
        "La directiva '@{name}' no puede estar en {place}.",
    ),
    (
        "The directive '@{name}' can only be used once at this location.",
        "La directiva '@{name}' solo puede estar una vez en este lugar.",
    ),
    (
        "Defer/Stream directive label argument must be unique.",
        "El argumento `label` de `@defer` y `@stream` debe ser único.",
    ),
    (
        "{name} directive label argument must be a static string.",
        "El argumento `label` de la directiva {name} debe ser un texto fijo.",
    ),
    (
        "Stream directive cannot be used on root {kind} type '{type}'.",
        "`@stream` no puede estar en el tipo raíz '{type}' ({kind}).",
    ),
    (
        "Defer directive cannot be used on root {kind} type '{type}'.",
        "`@defer` no puede estar en el tipo raíz '{type}' ({kind}).",
    ),
    (
        "Defer directive not supported on subscription operations. Disable `@defer` by setting the"
        " `if` argument"
        " to `false`.",
        "Las suscripciones no admiten `@defer`; desactívela con `if: false`.",
    ),
    (
        "Stream directive not supported on subscription operations. Disable `@stream` by setting the `if`"
        " argument to `false`.",
        "Las suscripciones no admiten `@stream`; desactívela con `if: false`.",
    ),
    (
        "Stream directive cannot be used on non-list field{field} on type '{type}'.",
        "`@stream` solo puede estar en campos de lista, y{field} del tipo '{type}' no lo es.",
    ),
    (
        "Unknown argument '{name}' on field '{field}'.{hint:hint}",
        "El campo '{field}' no tiene ningún argumento '{name}'.{hint}",
    ),
    (
        "Unknown argument '{name}' on directive '@{directive}'.{hint:hint}",
        "La directiva '@{directive}' no tiene ningún argumento '{name}'.{hint}",
    ),
    (
        "Unknown argument '{name}' on fragment '{fragment}'.{hint:hint}",
        "El fragmento '{fragment}' no tiene ningún argumento '{name}'.{hint}",
    ),
    (
        "There can be only one argument named '{name}'.",
        "Solo puede haber un argumento llamado '{name}'.",
    ),
    (
        "Argument '{name}' of type '{type}' is required, but it was not provided.",
        "Falta el argumento '{name}', obligatorio, del tipo '{type}'.",
    ),
    (
        "Fragment '{fragment}' argument '{name}' of type '{type}' is required, but it was not provided.",
        "Al fragmento '{fragment}' le falta el argumento '{name}', obligatorio, del tipo '{type}'.",
    ),
    (
        "Variable '${name}' of type '{type}' used in position expecting type '{place}'.",
        "La variable '${name}' del tipo '{type}' está donde se espera el tipo '{place}'.",
    ),
    (
        "Variable '${name}' is of type '{type}' but must be non-nullable to be used for OneOf Input Object"
        " '{parent}'.",
        "La variable '${name}' es del tipo '{type}'; para la entrada OneOf '{parent}' no puede admitir null.",
    ),
    (
        "There can be only one input field named '{name}'.",
        "Solo puede haber un campo de entrada llamado '{name}'.",
    ),
    (
        "Fields '{name}' conflict because {reasons:reasons}. Use different aliases on the fields to"
        " fetch both"
        " if this was intentional.",
        "Los campos '{name}' chocan: {reasons}. Use alias distintos si quiere ambos.",
    ),
    (
        "Spreads '{name}' conflict because {one} and {other} have different fragment arguments.",
        "Los usos del fragmento '{name}' chocan: {one} y {other} tienen argumentos distintos.",
    ),
    (
        "subfields '{name}' conflict because {reasons:reasons}",
        "los subcampos '{name}' chocan: {reasons}",
    ),
    ("'{one}' and '{other}' are different fields", "'{one}' y '{other}' son campos distintos"),
    ("they have differing arguments", "tienen argumentos distintos"),
    (
        "they have overlapping stream directives. See {address}",
        "sus directivas `@stream` se superponen",
        "they have overlapping stream directives",
    ),
    ("they have overlapping stream directives", "sus directivas `@stream` se superponen"),
    (
        "they return conflicting types '{one}' and '{other}'",
        "devuelven tipos incompatibles, '{one}' y '{other}'",
    ),
    ("Maximum introspection depth exceeded", "La introspección anida demasiados niveles"),
    (
        "GraphQL introspection has been disabled, but the requested query contained the field '{name}'.",
        "La introspección está desactivada, y la consulta contiene el campo '{name}'.",
    ),
]
