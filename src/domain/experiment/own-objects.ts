import { ANY_TEMPLATE } from '../application/named-templates.ts'
import { mayRun, nameOfObject } from '../application/rendered-objects.ts'

/** A hash of each whole object that an Application renders, by its id. */
export type Whole = ReadonlyMap<string, string>

/** By the id of an object that is rendered, the names of the AnalysisTemplates that it refers to; absent where it refers to none. */
export type References = ReadonlyMap<string, readonly string[]>

/** An Experiment, and where the Application puts what names no namespace. */
interface Wanted {
  readonly namespace: string
  readonly name: string
  readonly destination: string | undefined
}

/** `ids`: the Experiment first, then the AnalysisTemplates that came with it. Else why it is not these alone, a clause. */
export type Brought = { readonly ids: readonly string[] } | { readonly why: 'absent' | 'same' | 'more'; readonly words: string }

/**
 * What a sync brought, where that is an Experiment and the AnalysisTemplates that it refers to and that were not there before, and nothing
 * else: no other object is there, gone, or different in any field, nor refers to one of these templates, which may have been made by hand
 * before. Both states are what commits render, not what runs.
 * @param refers since that sync
 */
export function broughtBy({ good, left, refers }: Record<'good' | 'left', Whole> & { refers: References }, wanted: Wanted): Brought {
  const [own, another] = [...left.keys()].filter((id) => isWanted(id, wanted))
  if (own === undefined) return { why: 'absent', words: 'does not render the Experiment' }
  if (another !== undefined) return { why: 'absent', words: 'renders more than one Experiment of this name' }
  if (good.get(own) === left.get(own)) return { why: 'same', words: 'the Experiment is rendered before that sync as it is since' }
  const others = differing(good, left).filter((id) => id !== own)
  const more = others.find((id) => !isTemplate(id) || good.has(id))
  if (more !== undefined) return { why: 'more', words: `the same sync changed the ${nameOfObject(more)} as well` }
  const ids = [own, ...others]
  const isBeside = (id: string): boolean => namespaceOf(id, wanted) === namespaceOf(own, wanted)
  const idle = others.find((id) => !isBeside(id) || !ids.some((one) => one !== id && isReferredTo(id, one, refers)))
  if (idle !== undefined)
    return { why: 'more', words: `the same sync brought the ${nameOfObject(idle)}, which the Experiment does not refer to` }
  for (const id of others) {
    const needs = [...left.keys()].find((one) => !ids.includes(one) && isReferredTo(id, one, refers))
    if (needs !== undefined)
      return { why: 'more', words: `the ${nameOfObject(needs)} refers to the ${nameOfObject(id)}, which came with the Experiment` }
  }
  return { ids }
}

function namespaceOf(id: string, { destination }: Wanted): unknown {
  const [, , its] = JSON.parse(id) as readonly unknown[]
  return its === '' ? destination : its
}

function isReferredTo(id: string, by: string, refers: References): boolean {
  const [, , , name] = JSON.parse(id) as readonly unknown[]
  return (refers.get(by) ?? []).some((one) => one === name || one === ANY_TEMPLATE)
}

/** Whether objects are the same in two states; those that are in neither are. */
export function areAlike(ids: readonly string[], one: Whole, other: Whole): boolean {
  return ids.every((id) => one.get(id) === other.get(id))
}

/** Another object that differs between two states, for people; undefined where none does. */
export function changedBeside(ids: readonly string[], one: Whole, other: Whole): string | undefined {
  const found = differing(one, other).find((id) => !ids.includes(id))
  return found === undefined ? undefined : nameOfObject(found)
}

/**
 * What may need an AnalysisTemplate that would go, as it is not what it was when that came, for people: by hashes nobody sees what refers
 * to which. Undefined where none would go.
 */
export function mayNeed(ids: readonly string[], left: Whole, head: Whole): string | undefined {
  if (ids.length < 2) return undefined
  const found = differing(left, head).find((id) => mayRun(id))
  return found === undefined ? undefined : nameOfObject(found)
}

function differing(one: Whole, other: Whole): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((id) => one.get(id) !== other.get(id)).sort()
}

function isWanted(id: string, { namespace, name, destination }: Wanted): boolean {
  const [version, kind, its, called] = JSON.parse(id) as readonly unknown[]
  return isArgo(version) && kind === 'Experiment' && called === name && (its === '' ? destination : its) === namespace
}

function isTemplate(id: string): boolean {
  const [version, kind] = JSON.parse(id) as readonly unknown[]
  return isArgo(version) && kind === 'AnalysisTemplate'
}

const isArgo = (version: unknown): boolean => typeof version === 'string' && version.startsWith('argoproj.io/')
