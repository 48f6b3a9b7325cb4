import { below, configMap, link, type Files, type Layout } from '../layout.ts'

const json = (name: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
const DEEP = folder({
  'a.yaml': configMap('a'),
  'prod/b.yaml': configMap('b'),
  'prod/eu/c.yml': configMap('c'),
  'staging/d.yaml': configMap('d'),
  'n.txt': 'x\n',
})

/** Plain folders by what is chosen of them. */
export const DIRECTORY_LAYOUTS: readonly Layout[] = [
  {
    name: 'all endings',
    files: folder({
      'a.yaml': configMap('a'),
      'b.yml': configMap('b'),
      'c.json': json('c'),
      'd.txt': 'x\n',
      'README.md': 'x\n',
      'e.yaml.bak': 'x\n',
    }),
  },
  { name: 'what lies below', files: DEEP },
  { name: 'with recurse', files: DEEP, source: { directory: { recurse: true } } },
  { name: 'recurse in its own file', files: { ...DEEP, ...folder({ '.argocd-source.yaml': 'directory: {recurse: true}\n' }) } },
  ...(['*.yaml', 'prod/*', '{a.yaml,prod/*.yaml}', '*', 'prod/**', '?.yaml', '[ab].yaml', '[!a].yaml', '**/b.yaml'] as const).map(
    (include) => ({
      name: `include ${include}`,
      files: DEEP,
      source: { directory: { recurse: true, include } },
    }),
  ),
  ...(['staging/*', '{prod/*,staging/*}', '*.yml', 'a.yaml', '**/eu/**', 'prod'] as const).map((exclude) => ({
    name: `exclude ${exclude}`,
    files: DEEP,
    source: { directory: { recurse: true, exclude } },
  })),
  { name: 'include and exclude', files: DEEP, source: { directory: { recurse: true, include: '*.yaml', exclude: 'staging/*' } } },
  { name: 'include without recurse', files: DEEP, source: { directory: { include: '*.yaml' } } },
  {
    name: 'any ending',
    files: folder({ 'a.manifest': configMap('a'), 'b.yaml': configMap('b'), 'c.tpl': configMap('c') }),
    source: { directory: { disableExtensionFilter: true, include: '*.{manifest,yaml}' } },
  },
  {
    name: 'several documents, and a list',
    files: folder({
      'a.yaml': `${configMap('a')}---\n${configMap('b')}`,
      'l.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${json('l')}\n`,
    }),
  },
  { name: 'an empty file, and a comment', files: folder({ 'a.yaml': configMap('a'), 'b.yaml': '', 'c.yaml': '# nothing\n' }) },
  {
    name: 'a file that is not to be rendered',
    files: folder({ 'a.yaml': configMap('a'), 'b.yaml': `# +argocd:skip-file-rendering\n${configMap('b')}` }),
  },
  {
    name: 'a file that is hidden',
    files: folder({ 'a.yaml': configMap('a'), '.b.yaml': configMap('b'), '.c/d.yaml': configMap('d') }),
    source: { directory: { recurse: true } },
  },
  {
    name: 'a link to a file',
    files: { ...folder({ 'a.yaml': link('../../shared/a.yaml') }), 'shared/a.yaml': configMap('a'), 'shared/b.yaml': configMap('b') },
  },
  {
    name: 'a link to a link',
    files: {
      ...folder({ 'a.yaml': link('../../shared/a.yaml') }),
      'shared/a.yaml': link('deep/a.yaml'),
      'shared/deep/a.yaml': configMap('a'),
    },
  },
  {
    name: 'a link to a folder',
    files: { ...folder({ 'a.yaml': configMap('a'), more: link('../../shared') }), 'shared/b.yaml': configMap('b') },
    source: { directory: { recurse: true } },
  },
  {
    name: 'a link whose name has another ending',
    files: {
      ...folder({ 'a.yaml': link('../../shared/a.txt'), 'b.txt': link('../../shared/b.yaml') }),
      'shared/a.txt': configMap('a'),
      'shared/b.yaml': configMap('b'),
    },
  },
  { name: 'a link to nothing', files: folder({ 'a.yaml': configMap('a'), 'b.yaml': link('none.yaml') }) },
  {
    name: 'a link that include leaves out',
    files: { ...folder({ 'a.yaml': configMap('a'), 'b.yaml': link('../../shared/b.yaml') }), 'shared/b.yaml': configMap('b') },
    source: { directory: { include: 'a.yaml' } },
  },
  { name: 'a folder that is a link', files: { 'apps/web': link('../real'), 'real/a.yaml': configMap('a'), 'real/b.txt': 'x\n' } },
  {
    name: 'a folder above that is a link',
    files: { apps: link('real'), 'real/web/a.yaml': configMap('a'), 'real/cart/b.yaml': configMap('b') },
  },
  { name: 'the root', files: { 'a.yaml': configMap('a'), 'apps/web/b.yaml': configMap('b'), 'x.txt': 'x\n' }, source: { path: '.' } },
  {
    name: 'the root with recurse',
    files: { 'a.yaml': configMap('a'), 'apps/web/b.yaml': configMap('b'), 'x.txt': 'x\n' },
    source: { path: '.', directory: { recurse: true } },
  },
  {
    name: 'a kustomization below',
    files: folder({ 'a.yaml': configMap('a'), 'base/kustomization.yaml': 'resources: [b.yaml]\n', 'base/b.yaml': configMap('b') }),
  },
  { name: 'endings in capitals', files: folder({ 'a.yaml': configMap('a'), 'B.YAML': configMap('b'), 'c.Json': json('c') }) },
  {
    name: 'the own file of another Application',
    files: folder({ 'a.yaml': configMap('a'), '.argocd-source-cart.yaml': configMap('cart') }),
  },
  { name: 'a Chart.yaml below', files: folder({ 'a.yaml': configMap('a'), 'chart/Chart.yaml': 'name: x\n' }) },
  {
    name: 'names with spaces and signs',
    files: folder({ 'a b.yaml': configMap('a'), 'c[1].yaml': configMap('c'), 'd*.yaml': configMap('d'), 'é.yaml': configMap('e') }),
  },
  {
    name: 'names with signs, by include',
    files: folder({ 'c[1].yaml': configMap('c'), 'c1.yaml': configMap('d') }),
    source: { directory: { include: 'c?1?.yaml' } },
  },
  { name: 'a plugin', notKnown: 'the plugin', files: folder({ 'a.yaml': configMap('a') }), source: { plugin: { name: 'magic' } } },
  { name: 'a link that leaves the repository', notKnown: 'leaves the repository', files: folder({ 'a.yaml': link('/etc/hostname') }) },
  { name: 'a pattern that is none', notKnown: 'the include or exclude', files: DEEP, source: { directory: { include: '{' } } },
  {
    name: 'a field of a name that nobody knows',
    notKnown: 'directory.magic',
    files: folder({ 'a.yaml': configMap('a'), '.argocd-source.yaml': 'directory: {magic: true}\n' }),
  },
]

function folder(files: Files): Files {
  return below('apps/web', files)
}
