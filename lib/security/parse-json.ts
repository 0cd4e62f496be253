/** Reads an object from a text of JSON. Pure; judges none of its members. */

/** Undefined for what is no object of JSON. */
export function objectOf(text: string): { readonly [key: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return { ...value };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
