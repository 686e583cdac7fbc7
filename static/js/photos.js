// Makes photos smaller before they leave the phone (P13): less to send, and no position in them.
// Without this file, or where it cannot, the photo is sent as it is and the server does the same.

(() => {
  "use strict";

  const SMALL = 200000; // bytes
  const QUALITY = 0.82;

  const drawn = async (file, side) => {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  };

  const smaller = async (file, side) => {
    try {
      const blob = await drawn(file, side);
      if (!blob || (blob.size >= file.size && file.size <= SMALL)) return file;
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch {
      return file; // what it is, the server says
    }
  };

  document.addEventListener("change", async ({ target: field }) => {
    if (!field.matches || !field.matches("input[type=file][data-shrink]")) return;
    const chosen = [...field.files];
    const list = new DataTransfer();
    for (const file of chosen) list.items.add(await smaller(file, Number(field.dataset.shrink)));
    // Chosen anew meanwhile: that choice is on its way itself.
    if (chosen.length !== field.files.length || chosen.some((file, index) => file !== field.files[index])) return;
    field.files = list.files;
    const size = [...list.files].reduce((sum, file) => sum + file.size, 0);
    const said = field.parentElement.querySelector("[data-shrunk]");
    const what = `${list.files.length} · ${Math.ceil(size / 1024)} KB`;
    said.textContent = list.files.length ? field.dataset.ready.replace("{}", what) : "";
  });
})();
