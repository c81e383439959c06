// While something is being built its state is asked for again (hx-get in the page); nothing else needs a script.
import "../npm/htmx.org/dist/htmx.esm.min.js";
