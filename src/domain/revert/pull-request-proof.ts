import type { InputPath } from '../application/commit.ts'
import type { Proof, SourceFacts } from '../decision/facts.ts'
import { codeBlock, inlineCode, type Markup } from '../words/markdown.ts'
import { comparedPaths, isRestoredInPart } from './compared-paths.ts'
import { experimentProof } from './pull-request-experiment.ts'
import type { Revert } from './revert.ts'

const MAX_FILES = 30
const MAX_FIELDS = 20

/** The folded part of the PR that says why the revert is right, with commands that check it in any clone. Empty without a proof. */
export function proofSection(source: SourceFacts, markup: Markup, isOfExperiment: boolean): string {
  const { proof } = source
  if (!proof) return ''
  const rows = proof.files
    .slice(0, MAX_FILES)
    .map((file) => `| ${inlineCode(file.path, 160)} | ${objectName(file.before)} | ${objectName(file.after)} |`)
  return [
    isOfExperiment ? `${BY_RENDERING}${experimentProof(source)}` : howProven(source, markup),
    '',
    ...changes(source),
    '<details><summary>Proof</summary>',
    '',
    whatIsSame(source, proof, isOfExperiment) + `Commit ${inlineCode(proof.commit)}, tree ${inlineCode(proof.tree)}.`,
    '',
    ...commands(source, proof),
    '| file | Git object that failed | Git object as restored |',
    '|---|---|---|',
    ...rows,
    ...(proof.files.length > MAX_FILES ? [`| … ${proof.files.length - MAX_FILES} more | | |`] : []),
    '',
    '</details>',
  ].join('\n')
}

function whatIsSame(source: SourceFacts, { atGood }: Proof, isOfExperiment: boolean): string {
  const { good, byFields, paths } = source
  const made = isOfExperiment ? '' : ', which the running version was made from'
  const where = `the same at this revert as at ${inlineCode(good?.sha ?? '')}${made}`
  const inFields =
    byFields.length === 0
      ? ''
      : `Of ${byFields.length} of the files below, which were changed since, only the fields above are ${where}: their objects are ` +
        'those of no commit before. '
  if (paths.length === byFields.length) return inFields
  const [whole, part] = ['What the Application is rendered from', byFields.length > 0 ? 'What is restored as a whole' : 'What is restored']
  return `${inFields}${isRestoredInPart(source) ? part : whole} is ${where}: fingerprint ${inlineCode(atGood)} both times. `
}

const BY_RENDERING = 'Proven by rendering: '
const BY_FILES = 'Proven by files: '

/** What the body of a PR says that it is proven by; undefined where it says neither. */
export function provenByIn(body: string): Revert['provenBy'] | undefined {
  if (body.includes(BY_RENDERING)) return 'rendering'
  return body.includes(BY_FILES) ? 'files' : undefined
}

function howProven({ provenBy, notRendered, goodStandsIn, good }: SourceFacts, { inlineText }: Markup): string {
  if (provenBy === 'rendering')
    return (
      `${BY_RENDERING}the commit that failed renders what ran and failed, the one before it what runs now, ` +
      'and this revert renders what runs now.' +
      (goodStandsIn && good
        ? ` Neither Argo CD nor Kedge remembers the sync that brought the running version, so ${inlineCode(good.sha.slice(0, 12))}` +
          ' stands for it: the newest commit before the failed one that renders it.'
        : '')
    )
  return `${BY_FILES}${inlineText(notRendered ?? 'Nothing was rendered.', 300)} What it is rendered from was compared.`
}

/** Values are told of images alone: others may be secrets. */
function changes({ changedFields }: SourceFacts): readonly string[] {
  if (!changedFields || changedFields.length === 0) return []
  const lines = changedFields.slice(0, MAX_FIELDS).map(({ path, image }) => {
    const values = image ? `: ${inlineCode(image.before ?? '–', 300)} → ${inlineCode(image.after ?? '–', 300)}` : ''
    return `- ${inlineCode(path, 160)}${values}`
  })
  const more = changedFields.length > MAX_FIELDS ? [`- … ${changedFields.length - MAX_FIELDS} more`] : []
  return ["In the Rollout's spec, merging changes:", '', ...lines, ...more, '']
}

/** No commands where they could not be copied as they are: half a check is worse than none. */
function commands(source: SourceFacts, { commit }: Proof): readonly string[] {
  const { branch, good, byFields } = source
  const compared = comparedPaths(source)
  const isNothing = compared.length === 0 && byFields.length === 0
  if (branch === null || good === null || isNothing || compared.length > 20) return []
  if (compared.some(({ path }) => !/^[\w./@+=,~*?[\]{}() -]*$/.test(path))) return []
  const lines = [
    `git fetch origin ${branch}`,
    ...(compared.length > 0
      ? [
          isRestoredInPart(source) ? '# prints nothing: what is restored is as it was' : '# prints nothing: what is rendered is as it was',
          `git diff --stat ${good.sha} ${commit} -- ${compared.map(pathspec).join(' ')}`,
        ]
      : []),
    byFields.length > 0 ? '# shows the files below and the fields above, and no others' : '# prints the files below, and no others',
    `git diff ${byFields.length > 0 ? '' : '--stat '}${commit}^ ${commit}`,
  ]
  return ['Check it in a clone, at its root:', '', codeBlock(lines.join('\n')).replace(/^```/, '```sh'), '']
}

/** An input for a shell, meaning only itself to Git. */
function pathspec({ path, glob }: InputPath): string {
  if (path === '') return '.'
  if (glob) return `':(glob)${path}'`
  return /^[\w./@+-]+$/.test(path) ? path : `':(literal)${path}'`
}

function objectName(object: string | null): string {
  return object === null ? 'absent' : inlineCode(object.slice(0, 12))
}
