"""Statements in columns: what all things say with one property, to count and to check many records in a few passes."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from efa_lod.model.expansion import TYPE, Statement

PropertyValues = Mapping[str, Collection[str]]
"""The values of one property by the node that has them, each once; nodes and values as N-Triples writes them."""


class PredicateIndex:
    """Statements by property and subject, *beside* others that they refer to."""

    def __init__(self, statements: Iterable[Statement], beside: "PredicateIndex | None" = None) -> None:
        self._statements = statements
        self._beside = beside
        self._merged: dict[str, PropertyValues] = {}
        self._inverse: dict[str, PropertyValues] = {}

    @cached_property
    def own(self) -> Mapping[str, PropertyValues]:
        """Return what the statements say, by property; nothing is done before somebody asks."""
        columns: dict[str, dict[str, Collection[str]]] = {}
        for subject, predicate, found in self._statements:
            column = columns.get(predicate)
            if column is None:
                column = columns[predicate] = {}
            values = column.get(subject)
            if values is None:
                column[subject] = (found,)
            elif type(values) is dict:
                values[found] = None
            else:
                column[subject] = dict.fromkeys((*values, found))
        return columns

    def column(self, predicate: str) -> PropertyValues:
        """Return the values of *predicate*, by subject."""
        found = self._merged.get(predicate)
        if found is None:
            own = self.own.get(predicate, {})
            more = self._beside.column(predicate) if self._beside else {}
            twice = own.keys() & more.keys()
            both = {subject: dict.fromkeys((*own[subject], *more[subject])) for subject in twice}
            self._merged[predicate] = found = {**more, **own, **both} if more else own
        return found

    def inverse(self, predicate: str) -> PropertyValues:
        """Return the subjects that have a value of *predicate*, by value."""
        found = self._inverse.get(predicate)
        if found is None:
            self._inverse[predicate] = found = _inverted(self.column(predicate))
        return found

    @cached_property
    def own_classes(self) -> Mapping[str, frozenset[str]]:
        """Return the things that the statements give a class, by class."""
        return {name: frozenset(things) for name, things in _inverted(self.own.get(TYPE, {})).items()}

    @cached_property
    def predicates(self) -> PropertyValues:
        """Return the properties that each subject has."""
        found: dict[str, list[str]] = {}
        for predicate, column in self.own.items():
            for subject in column:
                if subject in found:
                    found[subject].append(predicate)
                else:
                    found[subject] = [predicate]
        for subject, predicates in self._beside.predicates.items() if self._beside else ():
            found[subject] = [*found.get(subject, ()), *predicates]
        return found


def _inverted(column: PropertyValues) -> PropertyValues:
    found: dict[str, list[str]] = {}
    for subject, values in column.items():
        for value in values:
            found.setdefault(value, []).append(subject)
    return found
