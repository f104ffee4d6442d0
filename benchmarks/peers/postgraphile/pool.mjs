import pg from "pg";

const SETTINGS = "-c jit=off -c statement_timeout=30s";

/**
 * What searches mentors is planned for its values every time, everything else once for all values: by a plan for all
 * values, PostgreSQL would read and sort every mentor that a frequent word finds. Without a name a statement is not
 * kept as a prepared one.
 */
const VALUES_MATTER = "puente_query(";

class Client extends pg.Client {
  query(config, ...rest) {
    if (config?.name !== undefined && config.text.includes(VALUES_MATTER)) {
      const { name, ...unnamed } = config;
      return super.query(unnamed, ...rest);
    }
    return super.query(config, ...rest);
  }
}

/** Ten connections, which are kept. */
export function pool(url) {
  const made = new pg.Pool({ connectionString: url, options: SETTINGS, max: 10, idleTimeoutMillis: 0, Client });
  made.on("error", () => {}); // a connection that breaks while it is idle is replaced by the next one
  return made;
}
