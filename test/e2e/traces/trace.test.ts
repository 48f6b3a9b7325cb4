import { expect, it } from 'vitest'
import { openedIn, readOpenings } from './trace.ts'

const ROOT = '/tmp/repo'
const FILES = { files: new Set(['apps/web/a.yaml', 'apps/web/b.yaml', 'apps/web/l.yaml', 'shared/c.yaml', 'apps/more']), links: new Map() }
const opened = (lines: readonly string[], given: Parameters<typeof openedIn>[2] = FILES): readonly string[] => [
  ...openedIn(ROOT, readOpenings(lines.join('\n')), given),
]

it('what is opened to be read counts, by absolute name, from the folder of the process and from an open folder', () => {
  const lines = [
    '7  openat(AT_FDCWD</>, "/tmp/repo/apps/web/a.yaml", O_RDONLY|O_CLOEXEC) = 5</tmp/repo/apps/web/a.yaml>',
    '8  openat(AT_FDCWD</tmp/repo/apps>, "web/b.yaml", O_RDONLY) = 6</tmp/repo/apps/web/b.yaml>',
    '8  openat(9</tmp/repo/shared>, "c.yaml", O_RDONLY) = 6</tmp/repo/shared/c.yaml>',
  ]
  expect(opened(lines)).toEqual(['apps/web/a.yaml', 'apps/web/b.yaml', 'shared/c.yaml'])
})

it('what another process comes in between is put together again', () => {
  const lines = [
    '7  openat(AT_FDCWD</tmp/repo/apps/web>, "a.yaml", O_RDONLY|O_CLOEXEC <unfinished ...>',
    '8  openat(AT_FDCWD</>, "/tmp/repo/apps/web/b.yaml", O_RDONLY <unfinished ...>',
    '7  <... openat resumed>) = 5</tmp/repo/apps/web/a.yaml>',
    '8  <... openat resumed>) = -1 ENOENT (No such file or directory)',
  ]
  expect(opened(lines)).toEqual(['apps/web/a.yaml'])
})

it('what is written, what is not there, folders, what lies elsewhere, and what Git opens itself do not count', () => {
  const lines = [
    '6  execve("/usr/bin/git", ["git"], 0x1 /* 9 vars */) = 0',
    '6  openat(AT_FDCWD</tmp/repo>, "apps/web/a.yaml", O_RDONLY) = 4</tmp/repo/apps/web/a.yaml>',
    '7  openat(AT_FDCWD</tmp/repo>, "apps/web/a.yaml", O_WRONLY|O_CREAT|O_EXCL, 0666) = 4</tmp/repo/apps/web/a.yaml>',
    '7  openat(AT_FDCWD</tmp/repo>, "apps/web/b.yaml", O_RDONLY) = -1 ENOENT (No such file or directory)',
    '7  openat(AT_FDCWD</tmp/repo>, "apps", O_RDONLY|O_CLOEXEC|O_DIRECTORY) = 4</tmp/repo/apps>',
    '7  openat(AT_FDCWD</tmp/repo>, "/etc/hosts", O_RDONLY) = 4</etc/hosts>',
  ]
  expect(opened(lines)).toEqual([])
})

it('the links on the way to a file count, to the end', () => {
  const links = new Map([
    ['apps/web/l.yaml', '../more/c.yaml'],
    ['apps/more', '../shared'],
  ])
  const lines = ['7  openat(AT_FDCWD</tmp/repo>, "apps/web/l.yaml", O_RDONLY) = 4</tmp/repo/shared/c.yaml>']
  expect(opened(lines, { ...FILES, links })).toEqual(['shared/c.yaml', 'apps/web/l.yaml', 'apps/more'])
})
