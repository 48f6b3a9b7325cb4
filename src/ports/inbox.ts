/** Webhook deliveries, kept until handled: a delivery that got its 2xx is not lost. Ids are kept for seven days at least. */
export interface Inbox {
  /** False for an id that was seen before. */
  accept(delivery: { source: 'github' | 'argocd'; id: string; receivedAt: number; body: string }): Promise<boolean>
  /** Oldest first. */
  pending(): Promise<readonly { source: 'github' | 'argocd'; id: string; body: string }[]>
  done(source: 'github' | 'argocd', id: string): Promise<void>
}
