"""The vocabularies that several tables share."""

from models.base import Described


class Language(Described):
    """A language of the alliance."""

    EN = "EN", "English."
    ES = "ES", "Spanish."


class Side(Described):
    """The side of the alliance that an institution or a fund belongs to."""

    UC = "UC", "The University of California and its parts."
    MEXICO = "MEXICO", "An institution of Mexico."
    PARTNER = "PARTNER", "A partner that is neither of the two, such as an international organization."


class DatePrecision(Described):
    """How precisely a date is known."""

    DAY = "DAY", "The day is known."
    MONTH = "MONTH", "Only the month is known; the day is a placeholder."
    YEAR = "YEAR", "Only the year is known; the month and the day are placeholders."


class ResearchField(Described):
    """A broad field of research by which portals filter, close to the OECD's fields of R&D."""

    AGRICULTURE = "AGRICULTURE", "Agriculture, food systems, forestry, fisheries and veterinary science."
    ARTS_AND_HUMANITIES = "ARTS_AND_HUMANITIES", "Arts, languages, history, philosophy and cultural studies."
    CLIMATE = "CLIMATE", "Climate change: its causes, effects, mitigation and adaptation."
    ECONOMICS = "ECONOMICS", "Economics, trade, finance and labor markets."
    EDUCATION = "EDUCATION", "Education and the sciences of teaching and learning."
    ENERGY = "ENERGY", "Energy: renewable sources, storage, efficiency and the transition to them."
    ENGINEERING = "ENGINEERING", "Engineering in all its branches, and applied materials."
    HEALTH = "HEALTH", "Medicine, nursing, public and mental health."
    LIFE_SCIENCES = "LIFE_SCIENCES", "Biology, ecology, genetics and the other life sciences."
    MIGRATION = "MIGRATION", "Migration, borders and the lives of people who cross them."
    NATURAL_RESOURCES = "NATURAL_RESOURCES", "Water, soil, oceans, forests and biodiversity as resources."
    PHYSICAL_SCIENCES = "PHYSICAL_SCIENCES", "Mathematics, physics, chemistry, earth and space sciences."
    SOCIAL_SCIENCES = "SOCIAL_SCIENCES", "Sociology, anthropology, politics, law, psychology and geography."
    TECHNOLOGY = "TECHNOLOGY", "Computing, data, electronics and information technology."
    TRANSPORT = "TRANSPORT", "Transport, logistics and sustainable mobility."
