import type { CheckId } from '../../../domain/decision/check.ts'
import type { SourceFacts } from '../../../domain/decision/facts.ts'
import { Refusal } from './refusal.ts'

/**
 * Which facts each step finds out, in the order in which the steps come. Where two know the same fact, the later one knows better: what is
 * weighed of the later commits takes the place of what was only read of them.
 */
const STEPS = {
  place: ['repoURL', 'repository'],
  branch: ['baseBranch', 'head'],
  syncs: ['syncsBeside'],
  rewritten: ['dropped'],
  revisions: ['revision', 'good', 'inputs', 'goodStandsIn'],
  brought: ['brought'],
  changes: ['culprits', 'paths', 'leftOut', 'later', 'restoredInGit', 'overtaken', 'otherFiles'],
  weighed: ['later', 'staying', 'restoredInGit', 'overtaken', 'byFields', 'notByFields', 'leftOut'],
  older: ['backToOlder', 'tooMuchForOlder'],
  images: ['imageCommits'],
  restore: [
    'revertKey',
    'branch',
    'irreversible',
    'conflicts',
    'proof',
    'provenBy',
    'notRendered',
    'changedFields',
    'otherRollouts',
    'otherApplications',
    'untoldApplications',
    // Where somebody has built upon N+1 since, nothing goes back field by field after all.
    ...(['later', 'staying', 'byFields', 'notByFields', 'overtaken'] as const),
  ],
} as const satisfies Record<string, readonly (keyof SourceFacts)[]>

type Step = keyof typeof STEPS

/**
 * What is said of all that was not asked, or not answered. Of the facts that steps have, and no others: one that no step has would never
 * be known, and that must not compile.
 */
const NOTHING: Pick<SourceFacts, 'refusal' | (typeof STEPS)[Step][number]> = {
  refusal: null,
  repoURL: null,
  repository: null,
  baseBranch: null,
  head: null,
  inputs: [],
  revision: null,
  good: null,
  culprits: [],
  backToOlder: [],
  tooMuchForOlder: null,
  imageCommits: null,
  brought: null,
  goodStandsIn: false,
  later: [],
  staying: [],
  byFields: [],
  notByFields: null,
  restoredInGit: false,
  overtaken: false,
  paths: [],
  leftOut: { paths: [], commits: [] },
  irreversible: [],
  otherFiles: [],
  otherApplications: [],
  otherRollouts: [],
  untoldApplications: [],
  revertKey: null,
  branch: null,
  proof: null,
  provenBy: null,
  notRendered: null,
  changedFields: null,
  conflicts: [],
  syncsBeside: null,
  dropped: [],
}

/** What is known when Git could not be asked at all. */
export function refusedSource(check: CheckId, reason: string): SourceFacts {
  return { ...NOTHING, refusal: { check, reason } }
}

/** What a step has found out. */
type Facts<Name extends Step> = Pick<SourceFacts, (typeof STEPS)[Name][number]>

/** What the restore has shown, as far as it could be tried. */
export type RestoreFacts = Partial<Facts<'restore'>>

/** See {@link STEPS}. */
export type RevisionFacts = Facts<'revisions'>
export type ChangeFacts = Facts<'changes'>
export type WeighedFacts = Facts<'weighed'>

interface Found extends Omit<{ readonly [Name in Step]: Facts<Name> }, 'restore'> {
  readonly restore: RestoreFacts
}

/** Says what a step has found out, as soon as it has: a Refusal later on leaves it known. Said again, it takes the place of the former. */
export type Note = <Name extends Step>(step: Name, facts: Found[Name]) => void

/**
 * Takes the steps of a question to Git, and puts together what they have noted. A Refusal ends them, and is part of the answer: what was
 * noted until then is known all the same, but for what the Refusal itself knows better.
 * @param wasAway asked at the end: whether who renders did not answer one of the steps
 * @throws KedgeError for faults, as the steps do
 */
export async function putTogether({ wasAway }: { wasAway: () => boolean }, steps: (note: Note) => Promise<void>): Promise<SourceFacts> {
  const found = new Map<string, Partial<SourceFacts>>()
  try {
    await steps((step, facts) => void found.set(step, facts))
    return factsOf(found, { isAway: wasAway() })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return factsOf(found, { isAway: wasAway(), refusal: error })
  }
}

function factsOf(
  found: ReadonlyMap<string, Partial<SourceFacts>>,
  { isAway, refusal }: { isAway: boolean; refusal?: Refusal },
): SourceFacts {
  const known = Object.entries(STEPS).map(([step, facts]) => only(facts, found.get(step)))
  return Object.assign({}, NOTHING, ...known, refusal?.found, {
    refusal: refusal ? { check: refusal.check, reason: refusal.message } : null,
    ...(isAway && { rendererAway: true }),
  })
}

/** A step may know more than it finds out for the answer. */
function only(facts: readonly (keyof SourceFacts)[], known: Partial<SourceFacts> = {}): Partial<SourceFacts> {
  return Object.assign({}, ...facts.filter((fact) => fact in known).map((fact) => ({ [fact]: known[fact] })))
}
