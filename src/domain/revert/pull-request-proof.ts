import type { InputPath } from '../application/commit.ts'
import type { Proof, SourceFacts } from '../decision/facts.ts'
import { codeBlock, inlineCode, type Markup } from '../words/markdown.ts'
import { comparedPaths, isRestoredInPart } from './compared-paths.ts'

const MAX_FILES = 30
const MAX_FIELDS = 20

/** The folded part of the PR that says why the revert is right, with commands that check it in any clone. Empty without a proof. */
export function proofSection(source: SourceFacts, markup: Markup): string {
  const { proof, good } = source
  if (!proof) return ''
  const rows = proof.files
    .slice(0, MAX_FILES)
    .map((file) => `| ${inlineCode(file.path, 160)} | ${objectName(file.before)} | ${objectName(file.after)} |`)
  return [
    howProven(source, markup),
    '',
    ...changes(source),
    '<details><summary>Proof</summary>',
    '',
    `${isRestoredInPart(source) ? 'What is restored' : 'What the Application is rendered from'} is the same at this revert as at ` +
      `${inlineCode(good?.sha ?? '')}, which the running version was made from: fingerprint ${inlineCode(proof.atGood)} both times. ` +
      `Commit ${inlineCode(proof.commit)}, tree ${inlineCode(proof.tree)}.`,
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

function howProven({ provenBy, notRendered, goodStandsIn, good }: SourceFacts, { inlineText }: Markup): string {
  if (provenBy === 'rendering')
    return (
      'Proven by rendering: the commit that failed renders what ran and failed, the one before it what runs now, ' +
      'and this revert renders what runs now.' +
      (goodStandsIn && good
        ? ` Neither Argo CD nor Kedge remembers the sync that brought the running version, so ${inlineCode(good.sha.slice(0, 12))}` +
          ' stands for it: the newest commit before the failed one that renders it.'
        : '')
    )
  return `Proven by files: ${inlineText(notRendered ?? 'Nothing was rendered.', 300)} What it is rendered from was compared.`
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
  const { branch, good } = source
  const compared = comparedPaths(source)
  if (branch === null || good === null || compared.length === 0 || compared.length > 20) return []
  if (compared.some(({ path }) => !/^[\w./@+=,~*?[\]{}() -]*$/.test(path))) return []
  const lines = [
    `git fetch origin ${branch}`,
    isRestoredInPart(source) ? '# prints nothing: what is restored is as it was' : '# prints nothing: what is rendered is as it was',
    `git diff --stat ${good.sha} ${commit} -- ${compared.map(pathspec).join(' ')}`,
    '# prints the files below, and no others',
    `git diff --stat ${commit}^ ${commit}`,
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
