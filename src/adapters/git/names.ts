import { isUtf8 } from 'node:buffer'
import { asCommitSha, type CommitSha, type InputPath } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'

const REVERT_PREFIX = 'kedge/revert/'
const MAX_PATH_BYTES = 4096
/** Linux gives argv and environment together 2 MiB, and one repository never needs a tenth of this. */
const MAX_PATHSPEC_BYTES = 100_000
// oxlint-disable-next-line no-control-regex -- control characters are what this refuses
const FORBIDDEN_IN_REF = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|^-|\.$|^@$|(?:^|\/)\.|\.lock(?:\/|$)/

/** Whether Git accepts the text as the name of a branch (the rules of git-check-ref-format). */
export function isBranchName(text: string): boolean {
  return text !== '' && text.length <= 250 && text.isWellFormed() && !FORBIDDEN_IN_REF.test(text)
}

/**
 * The full ref of a branch that Kedge may write: the only place where a ref to push is made (invariant 1).
 * @throws KedgeError E_GIT_BAD_INPUT for every branch outside `kedge/revert/`
 */
export function revertRef(branch: string): string {
  if (!isBranchName(branch) || !branch.startsWith(REVERT_PREFIX)) {
    throw new KedgeError('E_GIT_BAD_INPUT', `will not write the branch ${show(branch)}: only branches under ${REVERT_PREFIX} are written`)
  }
  return `refs/heads/${branch}`
}

/** The text as a commit name. @throws KedgeError E_GIT_BAD_INPUT */
export function assertCommit(text: string): CommitSha {
  const sha = asCommitSha(text)
  if (sha === undefined) throw new KedgeError('E_GIT_BAD_INPUT', `${show(text)} is not the full name of a commit`)
  return sha
}

/** Checks the path of one file, relative to the root. @throws KedgeError E_GIT_BAD_INPUT */
export function assertPath(path: string): string {
  const components = path.split('/')
  const escapes = components.some((name) => name === '' || name === '.' || name === '..')
  const unpaired = !path.replace(/[\udc80-\udcff]/gu, '').isWellFormed()
  if (escapes || unpaired || path.includes('\0') || Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new KedgeError('E_GIT_BAD_INPUT', `${show(path)} is not a path inside a repository`)
  }
  return path
}

/**
 * Inputs as pathspecs that can mean nothing but themselves. The `top` magic keeps a path that itself begins
 * with `:(` from being read as magic. @throws KedgeError E_GIT_BAD_INPUT
 */
export function pathspecs(inputs: readonly InputPath[]): readonly string[] {
  for (const input of inputs) assertInput(input)
  if (inputs.some((input) => input.path === '')) return [':(top)']
  const specs = inputs.map((input) => `:(top,${input.glob ? 'glob' : 'literal'})${input.path}`)
  if (specs.reduce((bytes, spec) => bytes + Buffer.byteLength(spec), 0) > MAX_PATHSPEC_BYTES) {
    throw new KedgeError('E_GIT_BAD_INPUT', `${inputs.length} inputs are more than can be asked at once`)
  }
  return specs
}

function assertInput(input: InputPath): void {
  if (input.path === '' && !input.glob) return
  assertPath(input.path)
  // A program argument is UTF-8; only names that come out of Git are ever anything else.
  if (!input.path.isWellFormed()) throw new KedgeError('E_GIT_BAD_INPUT', `${show(input.path)} is not text`)
}

/**
 * A file name as text. Git's names are bytes: those that are not UTF-8 have each byte from 0x80 on as U+DC80..U+DCFF, which no
 * valid text contains, so that `encodePath` gives the same bytes back. Each folder of a path has the name that it has alone.
 */
export function decodePath(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const names = bytes.toString('latin1').split('/')
  return names.map((name) => decodeName(Buffer.from(name, 'latin1'))).join('/')
}

function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)))
}

/** The bytes that `decodePath` came from. */
export function encodePath(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path)
  return Buffer.concat(
    Array.from(path, (character) => {
      const code = character.codePointAt(0) ?? 0
      return code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(character)
    }),
  )
}

function show(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text)
}
