import type { SourceFacts } from '../decision/facts.ts'
import { inlineCode } from '../words/markdown.ts'
import { EXPERIMENT_STAYS } from './pull-request-experiment.ts'

/** More would not be read. */
const MOST_STAYING = 10
export const NOTHING_ELSE = 'Nothing else in the repository changes.'

/** What came after N+1 and has nothing to do with it. Those that changed a file that goes back field by field are named with that file. */
export function stays({ staying, byFields }: SourceFacts, isOfExperiment: boolean): readonly string[] {
  if (staying.length === 0) return []
  const named = new Set(byFields.flatMap(({ since }) => since.map(({ sha }) => sha)))
  const others = staying.filter(({ sha }) => !named.has(sha))
  const untouched = byFields.length > 0 ? 'no field that is restored' : 'nothing that is restored'
  const stay = `${others.length} later commit(s) that touch ${untouched} stay as they are: ${some(others.map(shortName))}. `
  if (isOfExperiment) return [`- ${stay}${EXPERIMENT_STAYS}`]
  return [
    `- ${others.length > 0 ? stay : ''}With ${others.length === staying.length ? 'them' : 'all that came later'}, this Rollout's spec, ` +
      "but for how many pods it has, and the Application's AnalysisTemplates are rendered as they were when it failed.",
  ]
}

/** Paths of fields alone: what stands in a file is nobody's to tell. */
export function goBackByFields({ byFields }: SourceFacts, good: string): readonly string[] {
  const lines = byFields.map(({ path, fields, since }) => {
    const later = `${some(since.map(shortName))} ${since.length === 1 ? 'has' : 'have'} changed it since, and that stays`
    if (fields.length === 0) return `- Leaves ${inlineCode(path, 160)} as it is: the release changed no value in it, and ${later}.`
    const which = `${fields.length === 1 ? 'this field is' : 'these fields are'} as at ${good} again: ${some(fields)}`
    return `- In ${inlineCode(path, 160)}, ${which}. ${later.charAt(0).toUpperCase()}${later.slice(1)}, comments and all.`
  })
  return lines.length > 0 ? [...lines, `- ${NOTHING_ELSE}`] : []
}

const shortName = ({ sha }: { sha: string }): string => sha.slice(0, 12)

export function some(names: readonly string[]): string {
  const shown = names.slice(0, MOST_STAYING).map((name) => inlineCode(name, 160))
  return `${shown.join(', ')}${names.length > MOST_STAYING ? ', …' : ''}`
}

/** Files and commits of other Rollouts alone. */
export function staysOfOthers({ leftOut: { paths, commits } }: SourceFacts): readonly string[] {
  if (paths.length === 0 && commits.length > 0)
    return [
      `- Leaves what these commits did as it is: only other Rollouts of the Application change by them: ${some(commits.map(shortName))}.`,
    ]
  if (paths.length === 0) return []
  const also = commits.length > 0 ? `, and so do these commits: ${some(commits.map(shortName))}` : ''
  return [`- Leaves ${some(paths)} as they are: only other Rollouts of the Application differ in them${also}.`]
}
