/** Which processes take part in sharing out the clusters, each for as long as it says so again. */
export const REPLICAS = `
CREATE TABLE kedge.replica (
  holder text PRIMARY KEY,
  until timestamptz NOT NULL
);
`
