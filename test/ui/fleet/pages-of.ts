/** The paths of the pages of a fleet, each of its kinds once. `url`: where it is served. */
export async function pagesOf(url: string): Promise<{ release: string; all: readonly string[] }> {
  const { items } = (await (await fetch(`${url}/api/v1/releases?name=checkout&open=true`)).json()) as { items: readonly { id: string }[] }
  const release = `/releases/${items[0]?.id ?? ''}`
  return {
    release,
    all: [
      '/',
      '/?q=catalog',
      '/?state=wrong',
      '/releases?from=2026-11-01',
      '/dora',
      '/storms',
      '/quarantines',
      '/ledger?limit=3',
      '/rollouts/east/shop/checkout',
      release,
    ],
  }
}
