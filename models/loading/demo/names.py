"""Names for synthetic people: common given names and surnames of both countries."""

from random import Random

MEXICAN_GIVEN = (
    "María José", "Ximena", "Íñigo", "José Ángel", "Begoña", "Ramón", "Lucía", "Andrés", "Citlali", "Óscar",
    "Inés", "Raúl", "Sofía", "Joaquín", "Itzel", "Nicolás", "Renata", "Germán", "Concepción", "Yolanda",
)  # fmt: skip
MEXICAN_FAMILY = (
    "Muñoz", "Núñez", "Ibáñez", "Peña", "Zúñiga", "Hernández", "García", "López", "Pérez", "Ramírez",
    "Treviño", "Castañeda", "Ordóñez", "Cárdenas", "Güemes", "Nava", "Nieto", "Noriega", "Ocampo", "Quiñones",
)  # fmt: skip
CALIFORNIAN_GIVEN = (
    "Emily", "Daniel", "Grace", "Marcus", "Hannah", "Kevin", "Priya", "Wei", "Alejandra", "Tyler",
    "Noor", "Samuel", "Kiana", "Diego", "Zoë", "Ethan", "Thuy", "Olivia", "Jamal", "Renée",
)  # fmt: skip
CALIFORNIAN_FAMILY = (
    "Nguyen", "Patel", "Johnson", "Kim", "Ortega", "O’Connor", "Chen", "Williams", "Ramos", "Schäfer",
    "Okafor", "Lee", "Delgado", "Martin", "Singh", "Brown", "Castillo", "Tran", "Muñoz", "Baker",
)  # fmt: skip


def full_name(random: Random, mexican: bool) -> tuple[str, str]:
    """A given name and family names: two in Mexico, one in California."""
    if mexican:
        first, second = random.sample(MEXICAN_FAMILY, 2)
        return random.choice(MEXICAN_GIVEN), f"{first} {second}"
    return random.choice(CALIFORNIAN_GIVEN), random.choice(CALIFORNIAN_FAMILY)
