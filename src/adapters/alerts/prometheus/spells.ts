import type { Spell } from '../../../domain/alert/alert.ts'

/** What was seen at points of a step, epoch ms; each stands for `before` milliseconds before it, too. */
export function spellsIn(samples: readonly { readonly at: number }[], step: number, before: number): readonly Spell[] {
  const spells: Spell[] = []
  for (const { at } of samples) {
    const last = spells.at(-1)
    if (last && at - last.to <= step * 1.5) spells[spells.length - 1] = { from: last.from, to: at }
    else spells.push({ from: at - before, to: at })
  }
  return spells
}

/** In the order of their beginnings; those with no more than `gapMs` between them as one: two answers have two ends. */
export function merged(spells: readonly Spell[], gapMs: number): readonly Spell[] {
  const whole: Spell[] = []
  for (const { from, to } of spells.toSorted((a, b) => a.from - b.from)) {
    const last = whole.at(-1)
    if (last && from <= last.to + gapMs) whole[whole.length - 1] = { from: last.from, to: Math.max(last.to, to) }
    else whole.push({ from, to })
  }
  return whole
}
