import type { ReleaseSteps } from '../api/contract.ts'
import type { Release } from '../domain/release/release.ts'
import { plainText } from '../domain/words/plain-text.ts'

/** One step of a strip. */
export interface StepCell {
  /** What it does, in two or three words. */
  words: string
  /** Per cent of traffic on N+1 from this step on. */
  weight: number
  standing: 'done' | 'now' | 'failed' | 'ahead' | 'unknown'
}

/** The canary's steps as a strip: what each does, the weight, and how far the release came. Empty where they are not known. */
export function stepsOf(steps: ReleaseSteps | null, release: Release): readonly StepCell[] {
  if (steps === null) return []
  const failed = failedStep(release)
  let weight = 0
  return steps.labels.map((label, index) => {
    const [, set] = /^setWeight (\d{1,6})$/.exec(label) ?? []
    const percent = set === undefined ? undefined : (steps.percents?.[index] ?? Number(set))
    if (percent !== undefined) weight = Math.min(100, percent)
    return {
      words: percent === undefined ? wordsOf(label) : `${percent}%`,
      weight,
      standing: standingOf(index, { at: steps.index, failed, release }),
    }
  })
}

/** The step whose analysis failed, as the runs say. A background analysis belongs to none. */
function failedStep(release: Release): number | undefined {
  return release.attempts.at(-1)?.evidence.find(({ role, stepIndex }) => role === 'Step' && stepIndex !== undefined)?.stepIndex
}

function standingOf(
  index: number,
  { at, failed, release }: { at: number | null; failed: number | undefined; release: Release },
): StepCell['standing'] {
  if (release.outcome === 'promoted') return 'done'
  if (release.state === 'rolling' && at !== null) return index < at ? 'done' : index === at ? 'now' : 'ahead'
  if (failed === undefined) return 'unknown'
  return index < failed ? 'done' : index === failed ? 'failed' : 'ahead'
}

const WORDS: Readonly<Record<string, string>> = {
  setWeight: 'weight',
  setCanaryScale: 'scale',
  setHeaderRoute: 'header route',
  setMirrorRoute: 'mirror',
  replicaProgressThreshold: 'threshold',
}

function wordsOf(label: string): string {
  const [key = '', ...rest] = label.split(' ')
  const said = rest.join(' ')
  if (key === 'setWeight') return `${plainText(said, 10)}%`
  if (key === 'pause' && said === '') return 'pause until promoted'
  return plainText(`${WORDS[key] ?? key}${said === '' ? '' : ` ${said}`}`, 60)
}
