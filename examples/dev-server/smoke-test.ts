// Stands for your tests: it needs the server at URL.
const response = await fetch(process.env.URL ?? "");
console.log(`${response.status} ${(await response.text()).trim()}`);
process.exitCode = response.ok ? 0 : 1;
