/** Collects what a conversion leaves out, so that one sentence stands for many drones. Knows texts alone. */

const maxNames = 3;

export class SlotNotes {
  readonly #slotsOf = new Map<string, string[]>();

  /** Of the show as a whole. */
  add(note: string): void {
    this.addFor(note, undefined);
  }

  addFor(note: string, slot: string | undefined): void {
    const slots = this.#slotsOf.get(note) ?? [];
    this.#slotsOf.set(note, slots);
    if (slot !== undefined) slots.push(slot);
  }

  /** In the order in which they came first; with the drones they are about. */
  sentences(): string[] {
    return [...this.#slotsOf].map(([note, slots]) => {
      if (slots.length === 0) return note;
      const more = slots.length > maxNames ? ` and ${slots.length - maxNames} more` : '';
      return `${note} (${slots.slice(0, maxNames).join(', ')}${more})`;
    });
  }
}
