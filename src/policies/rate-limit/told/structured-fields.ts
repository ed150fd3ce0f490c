import { type Dictionary, type InnerList, type Item, parseDictionary, parseList } from 'structured-headers';

/** The items of a list (RFC 9651, section 3.1) that are no lists themselves; none where the field is missing or malformed. */
export function itemsOf(field: string | undefined): Item[] {
  return (parsed(parseList, field) ?? []).filter(isItem);
}

/** The items of a dictionary (RFC 9651, section 3.2) that are no lists; none where the field is missing or malformed. */
export function membersOf(field: string | undefined): Map<string, Item> {
  const members = [...(parsed<Dictionary>(parseDictionary, field) ?? [])];
  return new Map(members.filter((member): member is [string, Item] => isItem(member[1])));
}

/** Whether a value is an integer that something can be counted by. */
export function isNatural(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function parsed<T>(parse: (field: string) => T, field: string | undefined): T | undefined {
  if (field === undefined) return undefined;
  try {
    return parse(field);
  } catch {
    return undefined; // RFC 9651, section 4.2: a field that does not parse is ignored as a whole
  }
}

function isItem(member: Item | InnerList): member is Item {
  return !Array.isArray(member[0]);
}
