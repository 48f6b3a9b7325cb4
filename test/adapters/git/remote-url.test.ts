import { describe, expect, test } from 'vitest'
import { remoteFor } from '../../../src/adapters/git/remote-url.ts'

const RULES = { allowFileProtocol: false, allowPlainHttp: false }

describe('the address of a repository', () => {
  test.for([
    ['https://github.com/acme/gitops', 'https://github.com/acme/gitops'],
    ['https://github.com/acme/gitops.git', 'https://github.com/acme/gitops.git'],
    ['https://user:token@github.com/acme/gitops', 'https://github.com/acme/gitops'],
    ['https://git.example:8443/a/b/c', 'https://git.example:8443/a/b/c'],
    ['git@github.com:acme/gitops.git', 'https://github.com/acme/gitops.git'],
    ['github.com:acme/gitops', 'https://github.com/acme/gitops'],
    ['ssh://git@github.com/acme/gitops.git', 'https://github.com/acme/gitops.git'],
    ['ssh://git@github.com:22/acme/gitops.git', 'https://github.com/acme/gitops.git'],
    ['http://127.0.0.1:3000/acme/gitops', 'http://127.0.0.1:3000/acme/gitops'],
    ['http://localhost/acme/gitops', 'http://localhost/acme/gitops'],
    ['http://[::1]:80/acme/gitops', 'http://[::1]/acme/gitops'],
    ['ssh://git@github.com:/acme/gitops', 'https://github.com/acme/gitops'],
    ['https://münchen.example/acme/gitops', 'https://xn--mnchen-3ya.example/acme/gitops'],
    ['git@git.example:Größe/gitops', 'https://git.example/Gr%C3%B6%C3%9Fe/gitops'],
    ['https://git.example/my%20team/_git/gitops', 'https://git.example/my%20team/_git/gitops'],
  ])('%s is reached at %s', ([repoURL = '', url = '']) => {
    expect(remoteFor(repoURL, RULES)).toEqual({ url, protocol: url.split(':')[0] })
  })

  test.for([
    '',
    'gitops',
    'acme/gitops',
    '--upload-pack=touch /tmp/x',
    '-c',
    'ext::sh -c "touch /tmp/x"',
    'ext::touch%20x',
    'fd::7',
    'git://github.com/acme/gitops',
    'ftp://host/x',
    'oci://registry/chart',
    'file:///etc',
    '/etc',
    'http://github.com/acme/gitops',
    'http://169.254.169.254/latest/meta-data',
    'ssh://git@host:7999/acme/gitops.git',
    'https://',
    'https://host',
    'https://host/',
    'https:///path',
    'https://host/x?y=z',
    'https://host/x#y',
    'https://host/a b',
    'https://host/x\nurl = y',
    'https://host/"x',
    'https://host/x\\y',
    'https://host/\u0000',
    'git@host:a\tb',
    'git@-oProxyCommand=x:a/b',
    'javascript:alert(1)',
    'data:x',
    'https://host/acme/../evil',
    'https://host/acme/%2e%2E/evil',
    'https://host/acme/./gitops',
    'git.example:8443/acme/gitops',
  ])('%j is refused', (repoURL) => {
    expect(() => remoteFor(repoURL, RULES)).toThrow(expect.objectContaining({ code: 'E_GIT_BAD_INPUT' }))
  })

  test('a refusal does not repeat the credentials', () => {
    expect(() => remoteFor('git://user:s3cret@host/x', RULES)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    )
  })

  test("plain http to other hosts and files need the admin's word", () => {
    expect(remoteFor('http://git.corp/acme/gitops', { ...RULES, allowPlainHttp: true }).protocol).toBe('http')
    expect(remoteFor('/srv/git/a b.git', { ...RULES, allowFileProtocol: true })).toEqual({
      url: 'file:///srv/git/a%20b.git',
      protocol: 'file',
    })
    expect(remoteFor('file:///srv/git/x', { ...RULES, allowFileProtocol: true }).protocol).toBe('file')
  })
})
