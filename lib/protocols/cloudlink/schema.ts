/**
 * Checks fields of a message against a schema and words what is wrong as Cerberus does, the validator of Python's
 * CloudLink. Unknown fields are always allowed, `null` never. Knows no command.
 * Source of the texts: the error handler of Cerberus 1.3.
 */
import type { JsonObject, JsonValue } from './json.js';

/** Cerberus' names. JSON has no sets, so that nothing is one. */
type FieldType = 'string' | 'integer' | 'float' | 'number' | 'boolean' | 'dict' | 'list' | 'set';

export type FieldRule = {
  readonly type: FieldType | readonly FieldType[];
  /** Of a text, characters. */
  readonly minLength?: number;
  readonly maxLength?: number;
};

export type Schema = { readonly [field: string]: FieldRule };

/** What is wrong with which field. */
export type SchemaErrors = { readonly [field: string]: readonly string[] };

/** Undefined: all is well. Fields in alphabetical order. */
export function schemaErrors(
  message: JsonObject,
  schema: Schema,
  required: readonly string[],
): SchemaErrors | undefined {
  const errors: Record<string, readonly string[]> = {};
  for (const field of Object.keys(schema).sort()) {
    const wrong = fieldError(message, field, { rule: schema[field], isRequired: required.includes(field) });
    if (wrong !== undefined) errors[field] = [wrong];
  }
  return Object.keys(errors).length === 0 ? undefined : errors;
}

type Expectation = { readonly rule: FieldRule | undefined; readonly isRequired: boolean };

function fieldError(message: JsonObject, field: string, { rule, isRequired }: Expectation) {
  const value = Object.hasOwn(message, field) ? message[field] : undefined;
  if (value === undefined) return isRequired ? 'required field' : undefined;
  if (value === null) return 'null value not allowed';
  if (rule === undefined) return undefined;
  const types = typeof rule.type === 'string' ? [rule.type] : rule.type;
  if (!types.some((type) => isOfType(value, type))) return `must be of ${named(rule.type)} type`;
  return typeof value === 'string' ? lengthError(value, rule) : undefined;
}

function lengthError(text: string, { minLength = 0, maxLength = Number.POSITIVE_INFINITY }: FieldRule) {
  const length = [...text].length;
  if (length < minLength) return `min length is ${minLength}`;
  return length > maxLength ? `max length is ${maxLength}` : undefined;
}

function named(type: FieldRule['type']): string {
  return typeof type === 'string' ? type : `[${type.map((name) => `'${name}'`).join(', ')}]`;
}

function isOfType(value: JsonValue, type: FieldType): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'integer':
      return Number.isInteger(value);
    case 'float':
    case 'number':
      return typeof value === 'number';
    case 'list':
      return Array.isArray(value);
    case 'dict':
      return typeof value === 'object' && !Array.isArray(value);
    case 'set':
      return false;
  }
}
