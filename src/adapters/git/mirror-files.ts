import { access, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Remote } from './remote-url.ts'

/** What lies in a mirror's folder beside objects. */
export interface MirrorLayout {
  dir: string
  remote: Remote
  fsckObjects: boolean
  /** A remote on this disk: its objects are read where they lie, and its heads from their files. Nothing is fetched. */
  borrowsOnDisk: boolean
  timeoutMs: number
}

/** Lays out an empty bare repository beside the old one and swaps them, so that a crash leaves no half of one under the name. */
export async function makeEmptyMirror(layout: MirrorLayout): Promise<void> {
  const fresh = `${layout.dir}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(join(fresh, 'objects', 'pack'), { recursive: true, mode: 0o700 })
  await mkdir(join(fresh, 'refs'))
  // HEAD names a branch that is never there: in a bare repository Git would read .mailmap and .gitattributes from it.
  await writeFile(join(fresh, 'HEAD'), 'ref: refs/heads/none\n')
  await writeConfig(fresh, layout)
  if (layout.borrowsOnDisk) await borrow(fresh, fileURLToPath(layout.remote.url))
  await rm(layout.dir, { recursive: true, force: true })
  await rename(fresh, layout.dir)
}

/** Source: https://git-scm.com/docs/gitrepository-layout, `objects/info/alternates` */
async function borrow(dir: string, lender: string): Promise<void> {
  await mkdir(join(dir, 'objects', 'info'), { mode: 0o700 })
  await writeFile(join(dir, 'objects', 'info', 'alternates'), `${join(lender, 'objects')}\n`)
}

/** The whole configuration that Git sees: system and user files are switched off. It never holds a secret. */
export async function writeConfig(dir: string, { remote, fsckObjects, timeoutMs }: MirrorLayout): Promise<void> {
  const lines = [
    '[core]',
    'repositoryFormatVersion = 1',
    'bare = true',
    'hooksPath = /dev/null',
    'attributesFile = /dev/null',
    'symlinks = false',
    'fsmonitor = false',
    '[remote "origin"]',
    `url = "${remote.url}"`,
    '[protocol]',
    'allow = never',
    'version = 2',
    `[protocol "${remote.protocol}"]`,
    'allow = always',
    // A redirect would take the token to another host. The low speed limit ends transport programs that outlive a killed Git.
    '[http]',
    'followRedirects = false',
    'lowSpeedLimit = 1',
    `lowSpeedTime = ${Math.max(1, Math.ceil(timeoutMs / 1000))}`,
    '[transfer]',
    `fsckObjects = ${fsckObjects}`,
    '[fetch]',
    'recurseSubmodules = false',
    '[push]',
    'recurseSubmodules = no',
    '[submodule]',
    'recurse = false',
    '[gc]',
    'auto = 0',
    '[maintenance]',
    'auto = false',
    '[log]',
    'showSignature = false',
    'mailmap = false',
  ]
  await writeFile(join(dir, 'config.new'), `${lines.join('\n')}\n`, { mode: 0o600 })
  await rename(join(dir, 'config.new'), join(dir, 'config'))
}

/**
 * The commit of a ref that was fetched. It is one loose file: nothing in the mirror ever packs refs, so no process is needed to read it.
 * @throws KedgeError E_GIT_BROKEN_MIRROR
 */
export async function readRef(dir: string, ref: string): Promise<CommitSha> {
  const sha = asCommitSha((await readFile(join(dir, ref), 'latin1').catch(() => '')).trim())
  if (!sha) throw new KedgeError('E_GIT_BROKEN_MIRROR', `${ref} was fetched and names no commit`)
  return sha
}

/** Whether an object that was written here lies here. No ref leads to it, so no packing takes it away. */
export async function isLoose(dir: string, oid: string): Promise<boolean> {
  return access(join(dir, 'objects', oid.slice(0, 2), oid.slice(2))).then(
    () => true,
    () => false,
  )
}

export async function packCount(dir: string): Promise<number> {
  const names = await readdir(join(dir, 'objects', 'pack'))
  return names.filter((name) => name.endsWith('.pack')).length
}
